import Datasets
import NeuralNetwork
import Reporting

/// What happens between the tasks.
extension LearnerProgram {
    /// At the end of a task, chooses the exemplars of its classes and drops some of the earlier
    /// ones, so that all together stay within the budget.
    mutating func keepExemplars() throws {
        guard let tasks = assembly.tasks, let library = tasks.library,
            tasks.isEnd(ofTaskAfter: state.step, of: assembly.training.steps)
        else { return }
        let place = tasks.place(at: state.step - 1)
        let classes = tasks.order[...place].flatMap { tasks.division.classes[$0] }
        let each = tasks.options.exemplars / classes.count
        for label in classes {
            if let known = taskProgress.exemplars[label] {
                taskProgress.exemplars[label] = Array(known.prefix(each))
            }
        }
        for (label, samples) in try samples(ofTaskAt: place, tasks, library) {
            let directions = FeatureDirections(try features(of: library.samples(samples)))
            taskProgress.exemplars[label] = directions.herded(each).map { samples[$0] }
        }
        rehearseExemplars()
    }

    /// The samples of the task that was met last, by their class.
    private func samples(
        ofTaskAt place: Int, _ tasks: LearnerTasks, _ library: SampleLibrary
    ) throws -> [(label: Int, samples: [Int])] {
        let own = sampledBatches
        precondition(own.sampler.phases.indices.contains(place), "a phase for each task")
        let task = tasks.order[place]
        let samples = Dictionary(grouping: own.sampler.phases[place].samples) {
            tasks.division.label(of: library.label(of: $0), in: task)
        }
        return samples.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// Lets the task under way draw from the exemplars too.
    mutating func rehearseExemplars() {
        guard let tasks = assembly.tasks, tasks.library != nil else { return }
        var own = sampledBatches
        own.sampler.rehearse(taskProgress.kept, inPhase: tasks.place(at: state.step))
        data.own = own
    }

    /// The labelled samples that it draws.
    ///
    /// - Precondition: it keeps exemplars, which are drawn among them.
    private var sampledBatches: SampledBatches {
        guard let own = data.own as? SampledBatches else {
            preconditionFailure("a learner with exemplars draws its samples by their numbers")
        }
        return own
    }

    /// At the end of a task, adds a row to the matrix of accuracies.
    ///
    /// - Parameter outputs: for the test samples, where they were computed after this step.
    mutating func recordAccuracies(of outputs: Model.Outputs?) throws {
        guard let tasks = assembly.tasks,
            tasks.isEnd(ofTaskAfter: state.step, of: assembly.training.steps)
        else { return }
        let named = try (outputs ?? answers(to: data.test)).logits.argmax
        let row = tasks.order.map { task in
            let samples = tasks.test.indices.filter { tasks.test[$0] == task }
            let right = samples.count { named[$0] == data.test.labels[$0] }
            return Double(right) / Double(max(1, samples.count))
        }
        taskProgress.accuracies.append(row)
        let shown = row.map(Text.percent).joined(separator: ", ")
        try context.report(
            .notice(
                Notice(
                    "task \(taskProgress.accuracies.count) of \(tasks.count) is done; the tasks,"
                        + " in the order of this learner, are at \(shown)", step: state.step)))
    }

    /// What the learner answers about held-out samples, by the outputs that count.
    func answers(to samples: HeldOutData) throws -> Model.Outputs {
        let outputs = try outputs(of: state.weightsNow, samples)
        guard let tasks = assembly.tasks else { return outputs }
        let logits = try nearestMeans(samples) ?? outputs.logits
        return tasks.judged(
            Model.Outputs(logits: logits, exits: outputs.exits), samples.labels,
            after: state.step)
    }

    /// Minus the squared distances of each sample's features to the mean of each class's
    /// exemplars, all normalised; nil where there are none or another classifier is asked for.
    private func nearestMeans(_ samples: HeldOutData) throws -> Tensor? {
        guard let tasks = assembly.tasks, tasks.options.classifier == .nearestMean,
            let library = tasks.library, !taskProgress.exemplars.isEmpty
        else { return nil }
        let means = try taskProgress.exemplars.filter { !$0.value.isEmpty }.mapValues { kept in
            let directions = FeatureDirections(try features(of: library.samples(kept)))
            return directions.direction(of: directions.rows.indices)
        }
        let rows = FeatureDirections(try features(of: samples)).rows
        // Two unit vectors are at most 2 apart.
        let farthest: Float = -5
        let values = rows.flatMap { row in
            (0..<tasks.division.outputs).map { label in
                means[label].map {
                    -Float(2 - 2 * FeatureDirections.product($0, row))
                } ?? farthest
            }
        }
        return Tensor(shape: [rows.count, tasks.division.outputs], values: values)
    }

    /// The input of the last layer, in evaluation mode.
    private func features(of samples: HeldOutData) throws -> Tensor {
        try assembly.model.features(
            of: samples.batches, state.weightsNow, beforeBatch: context.checkInterruption)
    }
}

extension LearnerTasks {
    /// The outputs of the last layer and of all exits, as ``judged(_:_:after:)-(Tensor,_,_)``.
    func judged(_ outputs: Model.Outputs, _ labels: [Int], after steps: Int) -> Model.Outputs {
        Model.Outputs(
            logits: judged(outputs.logits, labels, after: steps),
            exits: outputs.exits.map { ($0.name, judged($0.logits, labels, after: steps)) })
    }
}

import CohortGraph
import NeuralNetwork

extension Assembler {
    /// How the learning rate of each learner moves, a line for those that share a course; remarks
    /// on moments that are unlikely to be meant.
    func rateListing() throws -> String {
        var names: [(course: String, learners: [String])] = []
        for learner in configuration.learners where learner.learns {
            let course = try course(of: learner)
            try remarkOnEdges(into: learner)
            if let index = names.firstIndex(where: { $0.course == course }) {
                names[index].learners.append(learner.name)
            } else {
                names.append((course, [learner.name]))
            }
        }
        return names.map { "\($0.learners.joined(separator: ", ")): \($0.course)\n" }.joined()
    }

    private func course(of learner: LearnerOptions) throws -> String {
        let total = try steps(of: learner)
        let rate = try rate(of: learner)
        remark(on: rate, of: learner, total)
        let optimizer = learner.training.optimizer
        let full = try Optimizers.registry.make(optimizer.name, options: optimizer.options).rate
        let perEpoch = try epochClock(of: learner).stepsPerEpoch
        let points = rate.landmarks(of: total).map { step in
            let epoch = (Double(step) / perEpoch * 10).rounded() / 10
            return
                "\(full * rate.factor(at: step, of: total)) at step \(step) (epoch \(number(epoch)))"
        }
        return points.joined(separator: ", ")
    }

    private func remark(on rate: LearningRate, of learner: LearnerOptions, _ total: Int) {
        let hint =
            rate.unit == .steps
            ? "; moments are counted in steps: write `in: epochs` for epochs" : ""
        func add(_ what: String) {
            remarks.add("learner '\(learner.name)': schedule: \(what)\(hint)")
        }
        let start = rate.warmup.step(of: total)
        if start >= total, start > 0 {
            add("the warm-up of \(start) steps does not end within the run of \(total)")
        }
        guard let step = rate.schedule as? StepRate, case .at = step.times else { return }
        for milestone in step.milestones(of: total) {
            if milestone >= total {
                add("the rate changes at step \(milestone), after the end of the run of \(total)")
            } else if milestone * 100 < total {
                add("the rate changes at step \(milestone), in the first per cent of \(total)")
            }
        }
    }

    /// Remarks on edges that teach late or never.
    private func remarkOnEdges(into learner: LearnerOptions) throws {
        let total = Double(try steps(of: learner))
        let perEpoch = try epochClock(of: learner, isTogether: true).stepsPerEpoch
        for group in samples.resolved(configuration.graph).groups(into: learner.name) {
            let schedule = group.edge.schedule
            let unit = schedule.unit == .steps ? 1 : perEpoch
            let ramp = schedule.ramp.count ?? 0
            let (start, end) = (
                Double(schedule.burnIn) * unit, Double(schedule.burnIn + ramp) * unit
            )
            let teachers = group.from.prefix(3).joined(separator: ", ")
            let edge = "teaching '\(learner.name)' from \(teachers)"
            if start >= total {
                remarks.add(
                    "\(edge): the burn-in of \(schedule.burnIn) \(schedule.unit) lasts longer than the run, so that nothing is taught"
                )
            } else if ramp > 0, end > total {
                remarks.add(
                    "\(edge): the ramp ends after the run, so that the full weight is not reached")
            } else if let until = schedule.until, Double(until) * unit > total {
                remarks.add(
                    "\(edge): until \(until) \(schedule.unit) lies after the end of the run")
            }
        }
    }
}

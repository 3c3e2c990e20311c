import Bytes
import CohortGraph
import Datasets
import Exchange
import Options
import Training

/// What a program must know to take a learner's part.
extension Assembler {
    /// The plan of a learner in a stage.
    ///
    /// - Throws: ``SettingError`` where the stage has no such learner, or the shape of what it
    ///   teaches is not known.
    public func learnerPlan(of name: String, inStage stage: Int) throws -> LearnerPlan {
        let learner = try learner(name)
        let assembly = try StageAssembly(self, stage: stage)
        try assembly.require(name)
        let clock = try epochClock(of: learner, isTogether: assembly.isInCohort(name))
        let limits = configuration.limits(
            values: try assembly.contracts(around: name).mostValues)
        return LearnerPlan(
            name: name, stage: stage, role: learner.role.rawValue, seed: configuration.seed,
            classes: classes, configurationDigest: configuration.identityDigest,
            sampleOrder: Array(try sampleOrderDigest().prefix(8)).hexadecimal,
            steps: assembly.budgets[name] ?? 0, lasts: assembly.plan.deliveries.steps(of: name),
            task: learner.task, lookAhead: assembly.plan.deliveries.lookAhead(of: name),
            data: try samples.facts(of: learner, configuration),
            ownData: try samples.ownFacts(of: learner),
            common: try samples.common(batch: configuration.training.common).map {
                LearnerPlan.Stream($0.sampler, labelled: samples.division.pool == nil)
            },
            own: try ownStream(of: learner),
            validation: samples.division.validation,
            epoch: LearnerPlan.Epoch(samples: clock.samples, batch: clock.batch),
            checkpoints: LearnerPlan.Checkpoints(
                every: try assembly.checkpointInterval(of: name),
                keep: configuration.checkpoints.keep),
            exchange: LearnerPlan.Exchange(configuration.exchange, limits),
            links: try assembly.links(around: name),
            terms: assembly.terms(into: name))
    }

    private func ownStream(of learner: LearnerOptions) throws -> LearnerPlan.Stream? {
        guard learner.learns, hasOwnStream(learner) else { return nil }
        return LearnerPlan.Stream(try samples.own(learner).sampler, labelled: true)
    }
}

extension LearnerPlan.Stream {
    fileprivate init(_ sampler: Sampler, labelled: Bool) {
        self.init(
            stream: sampler.stream, batch: sampler.batchSize, samples: sampler.samples,
            labelled: labelled, perClass: sampler.groups?.size, classes: sampler.groups?.labels)
    }

}

extension LearnerPlan.Exchange {
    fileprivate init(_ options: ExchangeOptions, _ limits: ExchangeLimits) {
        self.init(
            transport: options.transport.rawValue, host: options.host,
            advertise: options.advertised, window: limits.window, journal: limits.journalBytes,
            message: limits.messageBytes, quorum: Self.text(of: options.quorum),
            timeouts: Timeouts(
                join: options.joinLimit, step: options.stepLimit, missing: options.missingLimit),
            quarantine: Quarantine(
                strikes: options.quarantine.strikes, steps: options.quarantine.steps))
    }
}

extension LearnerPlan.Exchange {
    private static func text(of quorum: Quorum) -> String {
        switch quorum {
        case .none: "none"
        case .majority: "majority"
        case .atLeast(let count): "\(count)"
        }
    }
}

extension CohortSamples {
    /// What a learner's program must know of data of its own; nil where it has none.
    fileprivate func ownFacts(of learner: LearnerOptions) throws -> LearnerPlan.Samples? {
        guard let section = learner.data else { return nil }
        let options = try DataOptions(section)
        let own = try options.source.load()
        let view = try own.view(learner.view)
        return LearnerPlan.Samples(
            own.name, learner.view, view, scale: view.normalization, test: view.test?.count ?? 0,
            options.augmentation)
    }

    /// What a learner's program must know of the images.
    fileprivate func facts(
        of learner: LearnerOptions, _ configuration: ExperimentConfiguration
    ) throws -> LearnerPlan.Samples {
        let view = try corpus.view(learner.view)
        return LearnerPlan.Samples(
            corpus.name, learner.view, view, scale: try normalization(of: learner),
            test: try heldOut(for: learner).test.count,
            try DataOptions(configuration.data).augmentation)
    }
}

extension LearnerPlan.Samples.Tokens {
    fileprivate init?(_ contents: SampleContents) {
        guard case .tokens(let tokens) = contents else { return nil }
        self.init(
            rules: tokens.rules, padding: tokens.padding, unknown: tokens.unknown,
            texts: tokens.texts)
    }
}

extension LearnerPlan.Samples {
    fileprivate init(
        _ set: String, _ name: String?, _ view: SampleView, scale: Normalization, test: Int,
        _ changes: Augmentation
    ) {
        self.init(
            set: set, view: name, identity: view.train.identity().hexadecimal,
            shape: view.train.shape, train: view.train.count, test: test,
            rows: view.train.labelsPerSample > 1 ? view.train.labelsPerSample : nil,
            tokens: Tokens(view.contents),
            normalization: Scale(divisor: scale.divisor, mean: scale.mean, std: scale.std),
            augmentation: Changes(
                padding: changes.cropPadding, flip: changes.flip,
                own: changes.isOwn ? true : nil))
    }
}

extension StageAssembly {
    /// What travels to and from a learner.
    fileprivate func links(around name: String) throws -> [LearnerPlan.Link] {
        let neighbours = plan.deliveries.neighbours(of: name)
        let contracts = try contracts(around: name)
        return neighbours.teachers.map { link(from: $0, to: name, contracts) }
            + neighbours.students.map { link(from: name, to: $0, contracts) }
    }

    private func link(
        from: String, to: String, _ contracts: TensorContracts
    ) -> LearnerPlan.Link {
        let deliveries = plan.deliveries
        return LearnerPlan.Link(
            from: from, to: to, optional: deliveries.isOptional(from: from, to: to),
            late: deliveries.keepsLate(from: from, to: to),
            relay: deliveries.isRelay(from) || deliveries.isRelay(to),
            original: graph[from]?.original,
            tensors: tensors(from: from, to: to, contracts))
    }

    private func tensors(
        from: String, to: String, _ contracts: TensorContracts
    ) -> [LearnerPlan.Tensor] {
        let last = max(plan.deliveries.steps(of: from), plan.deliveries.steps(of: to))
        return plan.deliveries.rounds.rounds.flatMap { round in
            var runs: [String: StepRuns] = [:]
            for step in 0..<last {
                for name in plan.deliveries.tensorsDue(
                    from: from, to: to, step: step, round: round)
                {
                    runs[name, default: StepRuns()].add(step)
                }
            }
            return runs.sorted { $0.key < $1.key }.map { name, runs in
                tensor(name, round, contracts.contract(of: name, from: from, in: round), runs)
            }
        }
    }

    private func tensor(
        _ name: String, _ round: Round, _ contract: TensorContract?, _ runs: StepRuns
    ) -> LearnerPlan.Tensor {
        var most = 1
        if case .fixedPoint(let learners) = contract?.domain { most = learners }
        return LearnerPlan.Tensor(
            name: name, round: Int(round.rawValue),
            kind: (contract?.kind ?? .response).rawValue, shape: contract?.shape,
            simplex: contract?.domain == .simplex, mostLearners: most, steps: runs.runs)
    }

    /// What teaches a learner.
    fileprivate func terms(into name: String) -> [LearnerPlan.Term] {
        graph.numbers(into: name).filter { !graph.groups[$0].isOwnTap }.map { number in
            let group = graph.groups[number]
            let schedule = group.edge.schedule
            return LearnerPlan.Term(
                loss: group.edge.loss.name, combine: group.edge.combination.name,
                teachers: group.from, tensor: offers[number].name,
                temperature: group.edge.temperature, weight: group.edge.weight,
                schedule: LearnerPlan.Term.Course(
                    burnIn: schedule.burnIn, ramp: schedule.ramp.count,
                    shape: schedule.shape.rawValue, until: schedule.until,
                    in: schedule.unit.rawValue, every: schedule.every,
                    turn: schedule.turn.map {
                        LearnerPlan.Term.Turn(
                            first: $0.steps.lowerBound, end: $0.steps.upperBound, cycle: $0.cycle)
                    }),
                taps: group.edge.taps.to, relayed: relayed.contains(number),
                bank: LearnerPlan.Term.Bank(group.edge.missing))
        }
    }
}

extension LearnerPlan.Term.Bank {
    /// Nil where an edge banks nothing.
    fileprivate init?(_ missing: MissingKnowledge) {
        guard case .bank(let age) = missing else { return nil }
        self.init(age: age)
    }
}

/// A set of steps as runs with a first step, a last one and a stride.
struct StepRuns {
    /// Each `[first, last, stride]`, ascending.
    private(set) var runs: [[Int]] = []

    /// Adds a step that comes after all others.
    mutating func add(_ step: Int) {
        guard var last = runs.last else { return runs.append([step, step, 1]) }
        let gap = step - last[1]
        if last[0] == last[1] {
            last[2] = gap
        } else if gap != last[2] {
            return runs.append([step, step, 1])
        }
        last[1] = step
        runs[runs.count - 1] = last
    }
}

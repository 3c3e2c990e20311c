import Bytes
import CohortGraph
import Distillation
import Exchange
import Options
import Training

/// What one stage of a cohort's training is made of: its edges with their losses made.
struct StageAssembly {
    let assembler: Assembler
    let graph: TeachingGraph
    let stage: Int
    private let relays: RelayPlan
    /// The groups that go through them.
    let relayed: Set<Int>
    let losses: [StageLoss]
    let offers: [KnowledgeOffer]
    /// The steps for which each learner learns in this stage; 0 for one that is frozen.
    let budgets: [String: Int]
    /// Who teaches whom at each step.
    let plan: TeachingPlan

    init(_ assembler: Assembler, stage: Int) throws {
        self.assembler = assembler
        let stages = assembler.configuration.stages
        guard (1...stages.count).contains(stage) else {
            throw SettingError("there is no stage \(stage), only 1 to \(stages.count)")
        }
        self.stage = stage
        relays = assembler.configuration.relays(in: stage)
        relayed = Set(relays.trees.flatMap(\.groups))
        graph = try assembler.samples.resolved(stages.graph(of: stage))
            .choosingCodecs(classes: assembler.classes, relayed: relayed, assembler.stageLoss(of:))
        try Self.checkPositions(graph.groups, assembler)
        losses = try graph.groups.map { group in
            try Self.about(group) { () throws(SettingError) in
                try assembler.stageLoss(of: group)
            }
        }
        offers = try zip(graph.groups, losses).map { group, loss in
            try Self.about(group) { () throws(SettingError) in
                try KnowledgeOffer(group.edge, summary: loss.summary)
            }
        }
        var budgets: [String: Int] = [:]
        var clocks: [String: EpochClock] = [:]
        for node in graph.learners {
            let learner = try assembler.learner(node.name)
            budgets[node.name] = try node.learns ? assembler.steps(of: learner) : 0
            clocks[node.name] = try assembler.epochClock(
                of: learner, isTogether: graph.isInGroup(node.name))
        }
        self.budgets = budgets
        try graph.requireEqualLengths(budgets)
        plan = TeachingPlan(
            graph, circles: relays.trees, offers: offers.map(\.name),
            calendar: TrainingCalendar(
                budgets: budgets, clocks: clocks,
                evaluationEpochs: assembler.configuration.training.evaluate,
                hasEnsemble: try assembler.samples.heldOut().test.keepsAnswers),
            key: RandomKey(seed: assembler.configuration.seed))
    }

    /// Makes sure that a learner takes part in this stage.
    func require(_ name: String) throws(SettingError) {
        guard graph[name] == nil else { return }
        let stages = assembler.configuration.stages
        let others = (1...stages.count).filter { stages.graph(of: $0)[name] != nil }
        throw SettingError(
            "learner '\(name)' takes no part in stage \(stage), but in"
                + " \(others.map(String.init).joined(separator: ", ")); name it by --stage")
    }

    /// Says of what is wrong with a group which one it is.
    static func about<Result>(
        _ group: EdgeGroup, _ body: () throws(SettingError) -> Result
    ) throws(SettingError) -> Result {
        do {
            return try body()
        } catch {
            throw error.prefixed(
                "teaching '\(group.to)' by loss '\(group.edge.loss.name)' from"
                    + " \(group.from.joined(separator: ", ")): ")
        }
    }

    /// Whether a learner teaches or is taught in this stage, be it by itself.
    func isInCohort(_ name: String) -> Bool {
        graph.isInGroup(name)
    }

    /// Whether a learner takes the samples on which the cohort teaches: one that is taught by
    /// itself alone, and draws samples of its own in each task, does not.
    func takesCommonSamples(_ name: String) -> Bool {
        guard assembler.samples.tasks?.needsOwnStreams == true else { return isInCohort(name) }
        return !graph.teachers(of: name).isEmpty || !graph.students(of: name).isEmpty
    }

    /// What the students of a learner ask for, each tensor once.
    func offers(of name: String) -> [KnowledgeOffer] {
        var seen: Set<String> = []
        return graph.numbers(from: name).compactMap { number in
            let (group, offer) = (graph.groups[number], offers[number])
            return group.from != [group.to] && seen.insert(offer.name).inserted ? offer : nil
        }
    }

    /// What a learner sends and is sent: of a batch, and the logits of the samples that are held
    /// out.
    func contracts(around name: String) throws -> TensorContracts {
        let batch = assembler.configuration.training.common
        let held = try assembler.samples.heldOut()
        var contracts = TensorContracts(
            test: held.test.labels.count, validation: held.validation?.labels.count ?? 0,
            classes: assembler.classes, rounds: plan.deliveries.rounds)
        for number in graph.numbers(into: name) where !relayed.contains(number) {
            for teacher in graph.groups[number].from.flatMap(graph.replicas) {
                try add(number, from: teacher, to: &contracts)
            }
        }
        for number in graph.numbers(from: name) { try add(number, from: name, to: &contracts) }
        for offer in try inputOffers(of: name) { contracts.add(offer, from: name) }
        if graph.isSentInputs(name) {
            for student in graph.students(of: graph.original(of: name)) {
                contracts.add(try inputOffer(for: graph.original(of: name)), from: student)
            }
        }
        try addMade(around: name, to: &contracts)
        if let tree = relays.tree(of: name) {
            contracts.add(tree, samples: batch * assembler.rows(of: Summary.logits))
        }
        return contracts
    }

    private func add(
        _ number: Int, from teacher: String, to contracts: inout TensorContracts
    ) throws {
        contracts.add(
            try contract(of: number, from: teacher), of: offers[number].name, from: teacher)
    }

    /// What a teacher's tensor must be that a group asks for.
    func contract(of number: Int, from teacher: String) throws -> TensorContract {
        let (group, summary) = (graph.groups[number], losses[number].summary)
        let example = try Self.about(group) { () throws(SettingError) in
            try shape(of: teacher, group.edge.taps.from, summary)
        }
        let extents = summary.shape(
            samples: assembler.configuration.training.common * assembler.rows(of: summary),
            like: example)
        guard
            group.edge.codec.name != TopKCodec.name
                || extents.reduce(1, *) <= TopKCodec.mostValues
        else {
            throw SettingError(
                "codec top-k carries at most \(TopKCodec.mostValues) values, and '\(teacher)' says"
                    + " \(extents.reduce(1, *)), \(extents[0]) rows of \(assembler.classes); lower the batch"
                    + " or the length, or write codec: fp16")
        }
        return TensorContract(kind: summary.kind, shape: extents, domain: offers[number].domain)
    }

    /// What a relay needs to take its part.
    ///
    /// - Throws: ``SettingError`` where the stage has no such relay.
    func relay(_ name: String) throws -> RelayAssembly {
        guard relays.relays.contains(name) else {
            let known =
                relays.relays.isEmpty ? "it has none" : nearest(to: name, among: relays.relays)
            throw SettingError("unknown relay '\(name)' in stage \(stage): \(known)")
        }
        guard let samples = try assembler.commonSamples else {
            preconditionFailure("those that teach one another have common samples")
        }
        return RelayAssembly(
            name: name, plan: plan, contracts: try contracts(around: name), samples: samples,
            test: try assembler.samples.heldOut().test, classes: assembler.classes,
            rowsPerSample: assembler.rows(of: Summary.logits))
    }
}

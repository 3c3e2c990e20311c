import Bytes
import CohortGraph
import Distillation
import Exchange
import NeuralNetwork
import Options
import Training

/// What one stage of a cohort's training is made of: its edges with their losses made.
struct StageAssembly {
    private let assembler: Assembler
    private let graph: TeachingGraph
    private let stage: Int
    private let relays: RelayPlan
    /// The groups that go through them.
    private let relayed: Set<Int>
    private let losses: [any DistillationLoss]
    private let offers: [KnowledgeOffer]
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
        graph = stages.graph(of: stage)
        self.stage = stage
        relays = assembler.configuration.relays(in: stage)
        relayed = Set(relays.circles.flatMap(\.groups))
        losses = try graph.groups.map {
            try Losses.registry.make($0.edge.loss.name, options: $0.edge.loss.options)
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
        plan = TeachingPlan(
            graph, circles: relays.circles, offers: offers.map(\.name), budgets: budgets,
            clocks: clocks, evaluationEpochs: assembler.configuration.training.evaluate,
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
    private static func about<Result>(
        _ group: EdgeGroup, _ body: () throws(SettingError) -> Result
    ) throws(SettingError) -> Result {
        do {
            return try body()
        } catch {
            throw SettingError(
                "teaching '\(group.to)' by loss '\(group.edge.loss.name)' from"
                    + " \(group.from.joined(separator: ", ")): \(error.message)")
        }
    }

    /// Whether a learner teaches or is taught in this stage, be it by itself.
    func isInCohort(_ name: String) -> Bool {
        graph.isInGroup(name)
    }

    /// What the students of a learner ask for, each tensor once.
    func offers(of name: String) -> [KnowledgeOffer] {
        var seen: Set<String> = []
        return graph.numbers(from: name).compactMap { number in
            let (group, offer) = (graph.groups[number], offers[number])
            return group.from != [group.to] && seen.insert(offer.name).inserted ? offer : nil
        }
    }

    /// The teaching terms of a learner's loss.
    ///
    /// - Parameter builder: is told what they learn.
    /// - Throws: ``SettingError`` where a tap is unknown or the two sides do not fit.
    func terms(
        into name: String, in builder: inout ModelBuilder
    ) throws -> [TeachingTerm] {
        var terms: [TeachingTerm] = []
        for index in graph.numbers(into: name) {
            let group = graph.groups[index]
            let title = title(of: group, beside: terms.map(\.name))
            terms.append(try term(group, index, title, in: &builder))
        }
        return terms
    }

    private func term(
        _ group: EdgeGroup, _ index: Int, _ title: String, in builder: inout ModelBuilder
    ) throws -> TeachingTerm {
        var (loss, combination) = (
            losses[index],
            try Combinations.registry.make(
                group.edge.combination.name, options: group.edge.combination.options)
        )
        try Self.about(group) { () throws(SettingError) in
            let shapes = try shapes(of: group, loss.summary)
            try builder.scoped(title) { builder throws(SettingError) in
                combination.prepare(teachers: group.from.count, in: &builder)
                let learned = builder.slots.count
                for teacher in shapes.teachers {
                    try loss.prepare(student: shapes.student, teacher: teacher, in: &builder)
                }
                guard builder.slots.count == learned || group.from.count == 1 else {
                    throw SettingError(
                        "it learns to follow one teacher, and here are \(group.from.count); give"
                            + " each an edge of its own")
                }
            }
        }
        return TeachingTerm(
            group, index: index, name: title, offer: offers[index], loss: loss,
            combination: combination)
    }

    /// What a learner sends and is sent: of a batch, and the logits of the samples that are held out.
    func forms(around name: String) throws -> KnowledgeForms {
        let batch = assembler.configuration.training.common
        let held = try assembler.samples.heldOut()
        var forms = KnowledgeForms(
            test: held.test.labels.count, validation: held.validation?.labels.count ?? 0,
            classes: assembler.classes)
        for number in graph.numbers(into: name) where !relayed.contains(number) {
            for teacher in graph.groups[number].from {
                try add(number, from: teacher, to: &forms)
            }
        }
        for number in graph.numbers(from: name) { try add(number, from: name, to: &forms) }
        if let circle = relays.circle(of: name) { forms.add(circle, samples: batch) }
        return forms
    }

    private func add(
        _ number: Int, from teacher: String, to forms: inout KnowledgeForms
    ) throws {
        let (group, summary) = (graph.groups[number], losses[number].summary)
        let example = try Self.about(group) { () throws(SettingError) in
            try shape(of: teacher, group.edge.taps.from, summary)
        }
        forms.add(
            KnowledgeForm(
                kind: summary.kind,
                shape: summary.shape(
                    samples: assembler.configuration.training.common, like: example)),
            of: offers[number].name, from: teacher)
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
            name: name, plan: plan, forms: try forms(around: name), samples: samples,
            test: try assembler.samples.heldOut().test, classes: assembler.classes)
    }

    /// The loss and who teaches, with the taps where there are any, and a number where that is not
    /// enough to tell terms apart.
    private func title(of group: EdgeGroup, beside others: [String]) -> String {
        let taps =
            group.edge.taps.from.isEmpty ? "" : ":" + group.edge.taps.from.joined(separator: "+")
        let title = "\(group.edge.loss.name)<\(group.teachers(","))\(taps)"
        guard others.contains(title) else { return title }
        let number = (2...).first { !others.contains("\(title)#\($0)") } ?? 2
        return "\(title)#\(number)"
    }

    /// The shapes of what a loss compares, of two samples: the learner's own, and those of its teachers
    /// that differ.
    private func shapes(
        of group: EdgeGroup, _ summary: Summary
    ) throws(SettingError) -> (student: [Int], teachers: [[Int]]) {
        let student = try shape(of: group.to, group.edge.taps.to, summary)
        var teachers: [[Int]] = []
        for name in group.from {
            let shape = try shape(of: name, group.edge.taps.from, summary)
            if !teachers.contains(shape) { teachers.append(shape) }
        }
        guard teachers.count == 1 || summary == .logits else {
            throw SettingError("its teachers differ in shape; give each an edge of its own")
        }
        return (student, teachers)
    }

    private func shape(
        of name: String, _ taps: [String], _ summary: Summary
    ) throws(SettingError) -> [Int] {
        guard summary != .logits else { return [2, assembler.classes] }
        let learner = try assembler.learner(name)
        guard let model = try assembler.model(of: learner) else {
            throw SettingError(
                "learner '\(name)' is external and says no model, whose taps are needed; name it")
        }
        let places = model.taps
        let shapes = try taps.map { (tap) throws(SettingError) in
            guard let shape = places[tap] else {
                throw SettingError(
                    "learner '\(name)' has no tap '\(tap)' in its model"
                        + " '\(learner.model?.name ?? "")':"
                        + " \(nearest(to: tap, among: places.keys.sorted()))")
            }
            return [2] + shape
        }
        if let objection = summary.objection(to: shapes) {
            throw SettingError(
                "learner '\(name)', taps \(taps.joined(separator: ", ")): \(objection)")
        }
        return summary(shapes.map { Variable(Tensor(repeating: 1, shape: $0)) }).shape
    }
}

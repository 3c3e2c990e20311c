import CohortGraph
import Distillation
import NeuralNetwork
import Options
import Training

/// The teaching terms of a learner's loss, made from the registries.
extension StageAssembly {
    /// The terms of a learner, and what they learn.
    struct Teaching {
        var terms: [TeachingTerm] = []
        /// How the task loss and the terms become one scalar.
        var objective: any Objective = WeightedSum()
        /// The group of what the edges learn, then those of the terms with an auxiliary scalar.
        var groups: [ParameterGroup] = []
    }

    /// The teaching terms of a learner's loss.
    ///
    /// - Throws: ``SettingError`` where a tap is unknown or the two sides do not fit.
    func teaching(into name: String) throws -> Teaching {
        var teaching = Teaching()
        var edges = ModelBuilder()
        for index in graph.numbers(into: name) {
            let title = title(of: graph.groups[index], beside: teaching.terms.map(\.name))
            var prototype = try prototype(index)
            guard prototype.learnsApart else {
                teaching.terms.append(try term(prototype, index, title, in: &edges))
                continue
            }
            var own = ModelBuilder()
            try prepareImitation(by: &prototype.loss, index, title, in: &edges)
            teaching.terms.append(try term(prototype, index, title, in: &own))
            teaching.groups.append(
                ParameterGroup(
                    term: title, slots: own.slots, buffers: own.buffers,
                    training: prototype.loss.ownTraining?.inSteps(try stepsPerEpoch(of: name)),
                    key: replica(of: graph.groups[index])))
        }
        teaching.objective = try objective(of: name, over: teaching.terms.map(\.name), in: &edges)
        teaching.groups.insert(ParameterGroup(edges: edges.slots, buffers: edges.buffers), at: 0)
        return teaching
    }

    /// The objective of a learner, prepared for the terms of its loss.
    ///
    /// - Throws: ``SettingError`` where a learner that nobody teaches has another than the sum.
    private func objective(
        of name: String, over terms: [String], in builder: inout ModelBuilder
    ) throws(SettingError) -> any Objective {
        let named = try assembler.learner(name).objective
        var objective = try Objectives.registry.make(named.name, options: named.options)
        let isNeeded = budgets[name, default: 0] > 0 && named.name != WeightedSum.name
        guard !isNeeded || !terms.isEmpty else {
            throw SettingError(
                "learner '\(name)': objective '\(named.name)' weighs the task against teaching terms,"
                    + " and nobody teaches '\(name)'; leave it out, or name a teacher")
        }
        builder.scoped("objective") { objective.prepare(terms: terms, in: &$0) }
        return objective
    }

    /// A loss and a combination that are not prepared yet.
    private struct Prototype {
        var loss: any DistillationLoss
        var combination: any Combination

        /// Whether what they learn minimises an auxiliary scalar.
        var learnsApart: Bool {
            loss.traits.contains(.learnsApart) || combination.traits.contains(.learnsApart)
        }
    }

    private func prototype(_ index: Int) throws -> Prototype {
        let combination = graph.groups[index].edge.combination
        guard case .draws(let loss) = losses[index] else {
            preconditionFailure("a generator has no teaching terms")
        }
        return Prototype(
            loss: try replicated(loss, of: graph.groups[index]),
            combination: try Combinations.registry.make(
                combination.name, options: combination.options))
    }

    func stepsPerEpoch(of name: String) throws -> Double {
        try assembler.epochClock(of: try assembler.learner(name)).stepsPerEpoch
    }

    /// Declares what a loss that learns apart minimises with the learner's objective.
    private func prepareImitation(
        by loss: inout any DistillationLoss, _ index: Int, _ title: String,
        in builder: inout ModelBuilder
    ) throws(SettingError) {
        let group = graph.groups[index]
        try Self.about(group) { () throws(SettingError) in
            let shapes = try shapes(of: group, loss)
            guard let teacher = shapes.teachers.first else { return }
            builder.scoped(title) {
                loss.prepareImitation(student: shapes.student, teacher: teacher, in: &$0)
            }
        }
    }

    private func term(
        _ prototype: Prototype, _ index: Int, _ title: String, in builder: inout ModelBuilder
    ) throws -> TeachingTerm {
        let group = graph.groups[index]
        var (loss, combination) = (prototype.loss, prototype.combination)
        try Self.about(group) { () throws(SettingError) in
            let shapes = try shapes(of: group, loss)
            let scope = replica(of: group) == nil ? title : Self.replicaScope
            try builder.scoped(scope) { builder throws(SettingError) in
                try combination.prepare(
                    teachers: group.from.count, by: loss, student: shapes.student, in: &builder)
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
        if var remembering = loss as? any RememberingLoss {
            remembering.know(classes: try assembler.samples.commonClasses)
            loss = remembering
        }
        return TeachingTerm(
            group, index: index, name: title, offer: offers[index],
            isRelayed: relayed.contains(index), loss: loss, combination: combination,
            replica: replica(of: group))
    }

    /// The loss and who teaches, with the taps where there are any, and a number where that is not
    /// enough to tell terms apart.
    func title(of group: EdgeGroup, beside others: [String]) -> String {
        let taps = group.edge.taps
        // Of features of its own model, it is the student's side that tells terms apart.
        let told = (group.isOwnTap ? taps.to : taps.from).joined(separator: "+")
        let isOfResponses = group.edge.knowledge == .response
        let places =
            (isOfResponses ? taps.responses : told).map { $0.isEmpty ? "" : ":" + $0 } ?? ""
        let augmentation = group.edge.augmentation
        let seen = augmentation.hasStrong ? "~\(augmentation.summary)" : ""
        let title = "\(group.edge.loss.name)<\(group.teachers(","))\(places)\(seen)"
        guard others.contains(title) else { return title }
        let number = (2...).first { !others.contains("\(title)#\($0)") } ?? 2
        return "\(title)#\(number)"
    }

    /// The shapes of what a loss compares, of two samples: the learner's own, and those of its
    /// teachers that differ.
    private func shapes(
        of group: EdgeGroup, _ loss: any DistillationLoss
    ) throws(SettingError) -> (student: [Int], teachers: [[Int]]) {
        let summary = loss.summary
        let student = try shape(of: group.to, group.edge.taps.to, summary)
        var teachers: [[Int]] = []
        for name in group.from {
            let shape = try shape(of: name, group.edge.taps.from, summary)
            if !teachers.contains(shape) { teachers.append(shape) }
        }
        let mayDiffer = summary == .logits || loss.traits.contains(.pairsLogits)
        guard teachers.count == 1 || mayDiffer else {
            throw SettingError("its teachers differ in shape; give each an edge of its own")
        }
        return (student, teachers)
    }

    func shape(
        of name: String, _ taps: [String], _ summary: Summary
    ) throws(SettingError) -> [Int] {
        switch summary {
        case .samples: return [2] + (try assembler.shape(of: assembler.learner(name)))
        case .moments, .globalMoments: return [try normalizations(of: name), 2]
        default: break
        }
        guard summary != .logits else {
            // A model need not be known, nor be built, whose last layer answers.
            guard !taps.isEmpty else { return [2, assembler.classes] }
            for place in try assembler.places(taps, of: name)
            where place.shape != [assembler.classes] {
                throw SettingError(
                    "learner '\(name)', tap \(taps.joined(separator: ", ")): it is no early exit,"
                        + " and the loss compares logits")
            }
            return [2, assembler.classes]
        }
        let shapes = try assembler.places(taps, of: name).map { [2] + $0.shape }
        if let objection = summary.objection(to: shapes) {
            throw SettingError(
                "learner '\(name)', taps \(taps.joined(separator: ", ")): \(objection)")
        }
        return summary(shapes.map { Variable(Tensor(repeating: 1, shape: $0)) }).shape
    }
}

extension Assembler {
    /// Places of a learner's model, by their names.
    ///
    /// - Throws: ``SettingError`` where the learner has no model or no such place.
    func places(
        _ taps: [String], of name: String
    ) throws(SettingError) -> [Model.Tap] {
        let learner = try learner(name)
        guard let model = try model(of: learner) else {
            throw SettingError(
                "learner '\(name)' is external and says no model, whose taps are needed; name it")
        }
        let places = model.tapPlaces
        return try taps.map { (tap) throws(SettingError) in
            if tap == Taps.logits { return Model.Tap(shape: [classes]) }
            guard let place = places[tap] else {
                throw SettingError(
                    "learner '\(name)' has no tap '\(tap)' in its model"
                        + " '\(learner.model?.name ?? "")':"
                        + " \(nearest(to: tap, among: places.keys.sorted()))")
            }
            return place
        }
    }

    /// The loss of an edge group, whose summary fits the activations of both sides.
    ///
    /// - Throws: ``SettingError`` where a learner has no model or no such place.
    func loss(of group: EdgeGroup) throws(SettingError) -> any DistillationLoss {
        var loss = try Losses.registry.make(
            group.edge.loss.name, options: group.edge.loss.options)
        guard loss.summary != .logits else { return loss }
        let taps = group.edge.taps
        let student = try places(taps.to, of: group.to)
        var teachers: [[Model.Tap]] = []
        for name in group.from { teachers.append(try places(taps.from, of: name)) }
        loss.fit(student: student, teachers: teachers)
        return loss
    }
}

import CohortGraph

extension Deliveries {
    /// A tensor that a node publishes in a round, and at how many of the steps.
    package struct Publication: Hashable, Sendable {
        /// The round of a step.
        package let round: Round
        /// The name of the tensor.
        package let tensor: String
        /// The share of the steps at which it is published, at most.
        package let share: Double
    }

    /// All that a node publishes at some step of the stage.
    package func publications(of name: String) -> [Publication] {
        var shares = Shares()
        for student in neighbours(of: name).students {
            if let link = relays.link(from: name, to: student) {
                let tests = Set(relays.students(needing: link).map(calendar.pace))
                shares.add(link.sum, link.isUp ? .before : .after, ["sum"], 1)
                shares.add(
                    KnowledgeTensor.sumName(at: 1), link.isUp ? .evaluation : .ensemble, tests,
                    calendar.evaluationShare)
            } else if name != graph.generator, let indices = groups(from: name, to: student) {
                add(indices, from: name, to: student, &shares)
            } else if graph.isSentInputs(student) {
                addInputs(from: name, for: student, &shares)
            }
            if let generator = graph.generator {
                addMade(from: name, to: student, by: generator, &shares)
            }
        }
        return shares.publications
    }

    /// What a teacher sends a student directly.
    private func add(
        _ indices: [Int], from name: String, to student: String, _ shares: inout Shares
    ) {
        for index in indices {
            let schedule = groups[index].edge.schedule
            shares.add(
                offers[index], BatchDelivery.round(of: name, index, in: self), [schedule]
            ) { $0.share / Double(graph.replicas(of: graph.original(of: name)).count) }
        }
        guard hasHeldOutSamples(name), student != graph.generator else { return }
        let pace = calendar.pace(of: student)
        let logits = KnowledgeTensor.logitsName
        if calendar.hasEnsemble {
            shares.add(logits, .evaluation, [pace], calendar.evaluationShare)
        }
        if indices.contains(where: { groups[$0].edge.needsErrors }) {
            shares.add(logits, .validation, [pace], calendar.epochShare)
        }
    }

    /// The samples that a generator makes, its gradients, and what it is sent back.
    private func addMade(
        from name: String, to student: String, by generator: String, _ shares: inout Shares
    ) {
        let made = KnowledgeTensor.madeSamplesName(by: generator)
        let guide = name == generator ? student : name
        let guiding = graph.numbers(from: guide).filter { groups[$0].to == generator }
        for index in guiding where name == generator {
            let adjoint = KnowledgeTensor.adjointName(of: offers[index], for: student)
            shares.add(adjoint, .adjoints, [groups[index].edge.schedule]) { $0.share }
        }
        for index in guiding where student == generator {
            let adjoint = KnowledgeTensor.adjointName(of: made, for: generator)
            shares.add(adjoint, .returnedAdjoints, [groups[index].edge.schedule]) { $0.share }
        }
        if name == generator { shares.add(made, .inputs(ahead: 0), [made], 1) }
    }

    /// The samples of the steps at which a node teaches, and those that are sent before the first.
    private func addInputs(from name: String, for teacher: String, _ shares: inout Shares) {
        guard maySend(name, to: teacher) else { return }
        let original = graph.original(of: teacher)
        let ahead = InputsDelivery.steps(ahead: teacher, in: graph)
        let tensor = KnowledgeTensor.inputsName(for: original)
        let schedules = Set(graph.numbers(from: original).map { groups[$0].edge.schedule })
        let share = schedules.reduce(0) { $0 + $1.share }
        shares.add(tensor, .inputs(ahead: ahead), [teacher]) { _ in
            min(1, share) / Double(ahead)
        }
        for early in 0..<ahead where isTurn(of: teacher, at: early) {
            shares.add(tensor, .inputs(ahead: early), [teacher]) { _ in 0 }
        }
    }

    /// Whether a student is the sender at any step: not where another is preferred that learns for
    /// as long, at the same steps.
    private func maySend(_ name: String, to teacher: String) -> Bool {
        func schedules(_ student: String) -> Set<WeightSchedule> {
            Set((groups(from: teacher, to: student) ?? []).map { groups[$0].edge.schedule })
        }
        let preferred = senders(to: teacher).prefix { $0 != name }
        return !preferred.contains { other in
            calendar.budget(of: other) ?? 0 >= calendar.budget(of: name) ?? 0
                && schedules(other) == schedules(name)
        }
    }
}

/// The shares of the steps at which tensors are published: each reason for it counts once.
private struct Shares {
    private struct Place: Hashable {
        var round: Round
        var tensor: String
    }

    private var reasons: [Place: [AnyHashable: Double]] = [:]

    mutating func add<Reason: Hashable>(
        _ tensor: String, _ round: Round, _ why: Set<Reason>, _ share: (Reason) -> Double
    ) {
        for reason in why {
            reasons[Place(round: round, tensor: tensor), default: [:]][reason] = share(reason)
        }
    }

    mutating func add(_ tensor: String, _ round: Round, _ why: Set<String>, _ share: Double) {
        add(tensor, round, why) { _ in share }
    }

    var publications: [Deliveries.Publication] {
        reasons.map { place, shares in
            Deliveries.Publication(
                round: place.round, tensor: place.tensor, share: min(1, shares.values.reduce(0, +)))
        }.sorted { ($0.round, $0.tensor) < ($1.round, $1.tensor) }
    }
}

import CohortGraph

/// Which tensors travel in one round of a step.
protocol DeliveryRule: Sendable {
    var round: Round { get }
    var samples: RoundSamples { get }

    /// The names of the tensors that one node sends another directly, without a relay.
    func tensors(from: String, to: String, step: Int, in deliveries: Deliveries) -> [String]

    /// The names of the sums that travel between a member of a relay circle and its parent.
    func sums(over link: RelayTraffic.Link, step: Int, in deliveries: Deliveries) -> [String]
}

extension DeliveryRule {
    /// No sums travel.
    func sums(over link: RelayTraffic.Link, step: Int, in deliveries: Deliveries) -> [String] { [] }
}

/// Knowledge of the batch: made before a learner's update, or after it where groups are sequential.
/// Sums go up to the relays before, and come down after.
struct BatchDelivery: DeliveryRule {
    static let before = BatchDelivery(round: .before, carriesUp: true)
    static let after = BatchDelivery(round: .after, carriesUp: false)

    let round: Round
    let samples = RoundSamples.batch
    /// The direction in which sums travel.
    private let carriesUp: Bool

    func tensors(from: String, to: String, step: Int, in deliveries: Deliveries) -> [String] {
        let groups = deliveries.groups(from: from, to: to, at: step)
        // What a generator makes travels in a round of its own.
        guard !groups.isEmpty, deliveries.isTurn(of: from, at: step),
            from != deliveries.graph.generator
        else { return [] }
        let from = deliveries.graph.original(of: from)
        var names: [String] = []
        for index in groups where round == Self.round(of: from, index, in: deliveries) {
            let offer = deliveries.offers[index]
            guard deliveries.draws.factor(of: index, at: step) > 0, !names.contains(offer),
                deliveries.draws.teachers(of: index, at: step).contains(from)
            else { continue }
            names.append(offer)
        }
        return names
    }

    /// Sequential mutual learning: a teacher that comes earlier teaches with its updated weights.
    static func round(
        of teacher: String, _ index: Int, in deliveries: Deliveries
    ) -> Round {
        let group = deliveries.groups[index]
        return group.isSequential && deliveries.isEarlier(teacher, than: group.to)
            ? .after : .before
    }

    func sums(over link: RelayTraffic.Link, step: Int, in deliveries: Deliveries) -> [String] {
        guard link.isUp == carriesUp else { return [] }
        let isNeeded = deliveries.relays.groups(needing: link).contains { index in
            deliveries.calendar.learns(deliveries.groups[index].to, at: step)
                && deliveries.draws.factor(of: index, at: step) > 0
        }
        return isNeeded ? [link.sum] : []
    }
}

/// Logits of the test samples, for the accuracy of the ensemble; what goes through relays goes up.
struct EvaluationDelivery: DeliveryRule {
    let round = Round.evaluation
    let samples = RoundSamples.test

    func tensors(from: String, to: String, step: Int, in deliveries: Deliveries) -> [String] {
        let groups = deliveries.groups(from: from, to: to, at: step)
        guard !groups.isEmpty, deliveries.calendar.hasEnsemble,
            deliveries.hasHeldOutSamples(from), to != deliveries.graph.generator
        else { return [] }
        // A member of the same relay circle is in the sum that the relay publishes.
        let isInSum = deliveries.circle(of: to)?.sources.contains(from) == true
        let isEarly = groups.contains { deliveries.groups[$0].edge.missing.lookAhead > 0 }
        // Only votes may leave teachers whose votes are counted under noise.
        let isPrivate = groups.contains {
            deliveries.groups[$0].edge.combinationTraits.contains(.countsVotes)
        }
        return deliveries.calendar.evaluates(to, after: step + 1) && !isInSum && !isEarly
            && !isPrivate
            ? [KnowledgeTensor.logitsName] : []
    }

    func sums(over link: RelayTraffic.Link, step: Int, in deliveries: Deliveries) -> [String] {
        link.isUp ? deliveries.evaluationSums(over: link, step: step) : []
    }
}

/// The sum that relays publish of what went up for the evaluation.
struct EnsembleDelivery: DeliveryRule {
    let round = Round.ensemble
    let samples = RoundSamples.test

    func tensors(from: String, to: String, step: Int, in deliveries: Deliveries) -> [String] { [] }

    func sums(over link: RelayTraffic.Link, step: Int, in deliveries: Deliveries) -> [String] {
        link.isUp ? [] : deliveries.evaluationSums(over: link, step: step)
    }
}

/// Logits of the validation samples at the end of an epoch, where a combination weighs teachers by
/// their errors.
struct ValidationDelivery: DeliveryRule {
    let round = Round.validation
    let samples = RoundSamples.validation

    func tensors(from: String, to: String, step: Int, in deliveries: Deliveries) -> [String] {
        let groups = deliveries.groups(from: from, to: to, at: step)
        let isAsked =
            deliveries.hasHeldOutSamples(from)
            && groups.contains { deliveries.groups[$0].edge.needsErrors }
        return isAsked && deliveries.calendar.endsEpoch(to, after: step + 1)
            ? [KnowledgeTensor.logitsName] : []
    }
}

extension Deliveries {
    fileprivate func evaluationSums(over link: RelayTraffic.Link, step: Int) -> [String] {
        calendar.hasEnsemble
            && relays.students(needing: link).contains { calendar.evaluates($0, after: step + 1) }
            ? [KnowledgeTensor.sumName(at: 1)] : []
    }
}

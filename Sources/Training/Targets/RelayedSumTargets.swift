import Distillation

/// The sum that a relay published, without the learner's own part.
struct RelayedSumTargets: TargetSource {
    private let temperature: Double

    init?(for term: TermDescription) {
        guard term.isRelayed else { return nil }
        temperature = term.group.edge.temperature
    }

    func targets(for request: TargetRequest, memory: inout NoMemory) throws -> Targets? {
        guard var sum = try request.received.sum(at: temperature) else { return nil }
        if let own = request.ownSum { sum -= own }
        return sum.count > 0 ? .sum(sum) : nil
    }
}

/// How the knowledge of several teachers becomes one loss term.
public enum Combination: String, CaseIterable, Sendable {
    /// The mean of the losses against each.
    case pairwise
    /// The loss against the mean of their probabilities.
    case probabilities
}

/// The edges into one learner that together make one term of its loss:
/// weight · loss(combination of what `from` sent).
public struct EdgeGroup: Hashable, Sendable {
    /// Who teaches, in the order of the configuration.
    public var from: [String]
    /// Who learns.
    public var to: String
    public var knowledge: KnowledgeKind
    /// A name in the registry of losses.
    public var loss: String
    public var combination: Combination
    /// Divides the logits of both sides; the term carries its square.
    public var temperature: Double
    public var weight: Double

    public init(
        from: [String], to: String, knowledge: KnowledgeKind = .response, loss: String,
        combination: Combination = .pairwise, temperature: Double = 1, weight: Double = 1
    ) {
        self.from = from
        self.to = to
        self.knowledge = knowledge
        self.loss = loss
        self.combination = combination
        self.temperature = temperature
        self.weight = weight
    }
}

/// Who teaches whom, with what and how strongly: the one directed graph that every scheme expands to.
public struct TeachingGraph: Hashable, Sendable {
    /// In the order of the configuration.
    public var learners: [Learner]
    public var groups: [EdgeGroup]

    public init(learners: [Learner], groups: [EdgeGroup]) {
        self.learners = learners
        self.groups = groups
    }

    /// Those that teach `learner` over a socket, in the order of the configuration.
    public func teachers(of learner: String) -> [String] {
        let sources = Set(groups.filter { $0.to == learner }.flatMap(\.from)).subtracting([learner])
        return learners.map(\.name).filter(sources.contains)
    }

    /// Those that `learner` teaches over a socket, in the order of the configuration.
    public func pupils(of learner: String) -> [String] {
        let targets = Set(groups.filter { $0.from.contains(learner) }.map(\.to))
            .subtracting([learner])
        return learners.map(\.name).filter(targets.contains)
    }
}

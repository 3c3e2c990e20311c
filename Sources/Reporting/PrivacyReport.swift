/// What the private votes of a teaching term have spent.
public struct PrivacyReport: Codable, Hashable, Sendable {
    /// ε of (ε, δ)-differential privacy, whatever the votes were.
    public var epsilon: Double
    /// δ.
    public var delta: Double
    /// The most that may be spent.
    public var limit: Double
    /// The samples on which teachers were asked to vote.
    public var queries: Int
    /// Those that got an answer.
    public var answers: Int
    /// ε as the votes themselves bound it, which tells something of them: not to be published. Nil
    /// where it is not computed.
    public var privateEpsilonByVotes: Double?

    /// The report of what was spent.
    public init(
        epsilon: Double, delta: Double, limit: Double, queries: Int, answers: Int,
        privateEpsilonByVotes: Double? = nil
    ) {
        self.epsilon = epsilon
        self.delta = delta
        self.limit = limit
        self.queries = queries
        self.answers = answers
        self.privateEpsilonByVotes = privateEpsilonByVotes
    }

    /// The same without what must not be published.
    public var published: PrivacyReport {
        var report = self
        report.privateEpsilonByVotes = nil
        return report
    }

    /// `ε 2.31 of 3 at δ 1e-05, 31 of 64 samples answered`.
    var text: String {
        "ε \(Text.number(epsilon)) of \(Text.number(limit)) at δ \(delta),"
            + " \(answers) of \(queries) samples answered"
            + (privateEpsilonByVotes.map { ", private: ε by the votes \(Text.number($0))" } ?? "")
    }

    enum CodingKeys: String, CodingKey {
        case epsilon, delta, limit, queries, answers
        case privateEpsilonByVotes = "private_epsilon_by_votes"
    }
}

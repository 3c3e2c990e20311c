/// Whose knowledge is not used for a while, because too much of what they published could not be.
///
/// It goes by steps and by what was published at them, never by time, so that it is the same in
/// every repetition of a run.
public struct Quarantine: Hashable, Codable, Sendable {
    /// When it begins, and how long it lasts.
    public struct Rules: Hashable, Codable, Sendable {
        /// From this many bad messages of a teacher on, each puts it into quarantine.
        public var strikes: Int
        /// For so many steps after the bad one.
        public var steps: Int

        /// Rules with the defaults of a configuration.
        public init(strikes: Int = 3, steps: Int = 100) {
            self.strikes = strikes
            self.steps = steps
        }

        /// A relay's: whatever can be used counts, so that each learner knows that its own part
        /// is in the sum.
        static let never = Rules(strikes: .max, steps: 0)
    }

    private let rules: Rules
    private var strikes: [String: Int] = [:]
    /// The last step of each one's quarantine.
    private var last: [String: Int] = [:]

    /// Nobody is in quarantine yet.
    public init(_ rules: Rules) { self.rules = rules }

    /// Whether what a teacher publishes at a step is not used, be it good or bad.
    public func holds(_ name: String, at step: Int) -> Bool {
        last[name].map { step <= $0 } == true
    }

    /// Counts a bad message.
    ///
    /// - Returns: what follows from it, in words.
    mutating func strike(_ name: String, at step: Int) -> String {
        guard rules != .never else { return "the step goes on without it" }
        strikes[name, default: 0] += 1
        guard strikes[name, default: 0] >= rules.strikes else {
            return "strike \(strikes[name, default: 0]) of \(rules.strikes)"
        }
        last[name] = step + rules.steps
        return "'\(name)' is in quarantine for \(rules.steps) steps"
    }
}

/// How many processors this process may use, and by what.
///
/// The results of a run do not depend on it: the number of threads changes no bit.
public struct ProcessorAllowance: Hashable, Codable, Sendable {
    /// What the process and all that it starts share, the processors themselves first.
    public var shared: [ProcessorBound]
    /// What holds for each process by itself.
    public var own: [ProcessorBound]
    /// Settings that were passed over, and why.
    public var remarks: [String]

    /// An allowance.
    ///
    /// - Parameters:
    ///   - shared: what the process and all that it starts share.
    ///   - own: what holds for each process by itself.
    ///   - remarks: settings that were passed over, and why.
    public init(
        shared: [ProcessorBound], own: [ProcessorBound] = [], remarks: [String] = []
    ) {
        (self.shared, self.own, self.remarks) = (shared, own, remarks)
    }

    /// The threads of one process that has all of it.
    public var threads: Int { share().threads }

    /// The share of one of some processes that compute at the same time.
    ///
    /// A fraction of a processor is rounded down, to one thread at least: a thread more than the
    /// quota allows is stopped in the midst of a step, and all others wait for it.
    ///
    /// - Parameters:
    ///   - processes: how many share the allowance.
    ///   - ranks: how many launchers on this host share its processors.
    ///   - asked: the number that the configuration asks for, which is taken as it is.
    /// - Precondition: `processes` and `ranks` are at least 1.
    public func share(
        among processes: Int = 1, ranks: Int = 1, asked: Int? = nil
    ) -> ThreadShare {
        precondition(processes >= 1 && ranks >= 1, "a share is of somebody")
        let divided = shared.map { bound in
            let parts = Double(processes * (bound.isOfHost ? ranks : 1))
            return (amount: bound.amount / parts, words: Self.words(bound, processes, ranks))
        }
        let bounds = divided + own.map { (amount: $0.amount, words: $0.words) }
        guard let least = bounds.min(by: { $0.amount < $1.amount }) else {
            return ThreadShare(threads: asked ?? 1, reason: "training.threads")
        }
        let allowed = max(1, Int(least.amount))
        guard let asked else { return ThreadShare(threads: allowed, reason: least.words) }
        var share = ThreadShare(threads: asked, reason: "training.threads")
        if asked > allowed {
            share.remark =
                "training.threads is \(asked), and \(allowed) can run at the same time"
                + " (\(least.words)): threads that wait for a processor slow down every step;"
                + " lower it, or leave it out"
        }
        return share
    }

    private static func words(_ bound: ProcessorBound, _ processes: Int, _ ranks: Int) -> String {
        let sharing = [
            processes > 1 ? "\(processes) processes" : nil,
            ranks > 1 && bound.isOfHost ? "\(ranks) ranks" : nil,
        ].compactMap(\.self)
        return bound.words
            + (sharing.isEmpty ? "" : ", shared by \(sharing.joined(separator: " of each of "))")
    }
}

/// The threads of one process.
public struct ThreadShare: Hashable, Sendable {
    /// How many, at least 1.
    public var threads: Int
    /// What decided, for people.
    public var reason: String
    /// What is unwise about it; nil where nothing is.
    public var remark: String?

    /// - Precondition: `threads` is at least 1.
    public init(threads: Int, reason: String, remark: String? = nil) {
        precondition(threads >= 1, "at least one thread is needed")
        (self.threads, self.reason, self.remark) = (threads, reason, remark)
    }

    /// `2 threads (affinity: 2 of 8 processors)`.
    public var words: String { "\(threads) thread\(threads == 1 ? "" : "s") (\(reason))" }
}

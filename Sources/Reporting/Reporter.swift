import Bytes

/// Adds time, run and learner to each report of a learner, and passes it to every sink.
public struct Reporter: Sendable {
    /// The run's identifier.
    public let run: String
    /// The name of the learner.
    public let learner: String
    /// Its role, or `launcher`.
    public let role: String
    private var sinks: [any Sink]

    /// A reporter of one learner.
    public init(run: String, learner: String, role: String, sinks: [any Sink]) {
        self.run = run
        self.learner = learner
        self.role = role
        self.sinks = sinks
    }

    /// Passes a report to every sink. One that only shows what others store, and whose reader has
    /// gone, is left out from then on, and a warning says so in the others.
    ///
    /// - Throws: the first ``DiskError`` of a sink that stores, after all sinks have had the
    ///   record.
    public mutating func report(_ body: Record.Body) throws(DiskError) {
        let record = Record(run: run, learner: learner, role: role, body)
        var failure: DiskError?
        var lost: [(index: Int, error: DiskError)] = []
        for index in sinks.indices {
            do {
                try sinks[index].write(record)
            } catch {
                if sinks[index].isDispensable {
                    lost.append((index, error))
                } else {
                    failure = failure ?? error
                }
            }
        }
        for (index, _) in lost.reversed() { sinks.remove(at: index) }
        if let failure { throw failure }
        for (_, error) in lost {
            try report(
                .notice(Notice("nothing is shown there any more: \(error)", level: .warning)))
        }
    }

    /// Has every sink that draws draw illustrations.
    ///
    /// - Throws: the first ``DiskError`` of a sink, after all sinks have had them.
    public mutating func draw(_ illustrations: [Illustration], after step: Int) throws(DiskError) {
        var failure: DiskError?
        for index in sinks.indices {
            do { try sinks[index].draw(illustrations, after: step) } catch {
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
    }
}

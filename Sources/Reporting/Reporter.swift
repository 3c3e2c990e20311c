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

    /// Passes a report to every sink.
    ///
    /// - Throws: the first ``DiskError`` of a sink, after all sinks have had the record.
    public mutating func report(_ body: Record.Body) throws(DiskError) {
        let record = Record(run: run, learner: learner, role: role, body)
        var failure: DiskError?
        for index in sinks.indices {
            do {
                try sinks[index].write(record)
            } catch {
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
    }
}

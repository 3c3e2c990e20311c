import Bytes

/// What a learner reports through: stamps each report and hands it to every sink.
public struct Reporter: Sendable {
    public let run: String
    public let learner: String
    public let role: String
    private var sinks: [any Sink]

    public init(run: String, learner: String, role: String, sinks: [any Sink]) {
        self.run = run
        self.learner = learner
        self.role = role
        self.sinks = sinks
    }

    /// - Throws: the first sink's ``DiskError``; the other sinks have had the record by then.
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

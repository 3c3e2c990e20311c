extension Record {
    /// Whether this record of a start makes an earlier record of the same file void.
    ///
    /// A learner that goes on from a checkpoint repeats the steps after it, with the same results:
    /// its earlier reports of those steps stand in the file, and so does how its earlier process
    /// ended. Starts and notices remain, since they tell what happened.
    ///
    /// - Parameter earlier: a record that stands before this one in the same `metrics.jsonl`.
    public func supersedes(_ earlier: Record) -> Bool {
        guard case .start(let start) = body else { return false }
        return earlier.isSuperseded(byStartAfter: start.step)
    }

    fileprivate func isSuperseded(byStartAfter step: Int) -> Bool {
        switch body {
        case .interval(let report): report.step > step
        case .epoch(let report): report.step > step
        case .end: true
        case .start, .notice: false
        }
    }
}

extension [Record] {
    /// The records of one `metrics.jsonl` that count: without those that a later start
    /// ``Record/supersedes(_:)``, so that each step stands there once.
    public var standing: [Record] {
        var first: Int?
        var standing: [Record] = []
        for record in reversed() where !(first.map(record.isSuperseded(byStartAfter:)) ?? false) {
            standing.append(record)
            if case .start(let start) = record.body { first = Swift.min(first ?? .max, start.step) }
        }
        return standing.reversed()
    }
}

/// Where everything stands that a journal holds.
struct JournalIndex: Sendable {
    private(set) var published: [StepRound: JournalEntry] = [:]
    private(set) var used: [StepRound: JournalEntry] = [:]
    /// The newest end that was written down.
    private(set) var end: JournalEntry?
    /// The last step that each segment holds anything of; -1 where it holds nothing.
    private var lastSteps: [Int: Int] = [:]

    init(_ scans: [SegmentScan]) {
        for scan in scans {
            if let number = scan.header?.number { begin(segment: number) }
            for entry in scan.entries { add(entry) }
        }
    }

    mutating func begin(segment: Int) { lastSteps[segment] = lastSteps[segment] ?? -1 }

    mutating func add(_ entry: JournalEntry) {
        begin(segment: entry.segment)
        if entry.kind == JournalKind.end.rawValue { end = entry }
        guard let stepRound = entry.stepRound else { return }
        lastSteps[entry.segment] = max(lastSteps[entry.segment] ?? -1, stepRound.step)
        if entry.kind == JournalKind.published.rawValue {
            published[stepRound] = entry
        } else {
            used[stepRound] = entry
        }
    }

    /// The oldest segments, as far as they hold nothing of `step` and later, ascending.
    func segments(before step: Int) -> [Int] {
        Array(lastSteps.sorted { $0.key < $1.key }.prefix { $0.value < step }.map(\.key))
    }

    mutating func forget(segment: Int) {
        lastSteps[segment] = nil
        published = published.filter { $0.value.segment != segment }
        used = used.filter { $0.value.segment != segment }
        if end?.segment == segment { end = nil }
    }
}

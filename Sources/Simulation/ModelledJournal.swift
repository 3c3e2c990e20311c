import CohortGraph
import Exchange

/// A journal in memory.
struct ModelledJournal: SimulatedJournal {
    /// As segments, which are removed as a whole.
    private static let recordsInSegment = SimulatedDisk.segmentBytes / 128

    private struct Record {
        var stepRound: StepRound
        var published: Knowledge?
        var used: SimulatedUse?
    }

    private var life: UInt64?
    private var records: [Record] = []
    private var flushed = 0

    func lastLife() -> UInt64? { life }

    mutating func begin(life: UInt64) { self.life = life }

    mutating func append(_ knowledge: Knowledge) {
        let stepRound = StepRound(step: knowledge.step, round: knowledge.round)
        records.append(Record(stepRound: stepRound, published: knowledge))
    }

    mutating func append(_ use: SimulatedUse) {
        records.append(Record(stepRound: use.stepRound, used: use))
    }

    mutating func flush() { flushed = records.count }

    mutating func release(before step: Int) {
        let count = place(of: StepRound(step: step, round: .before))
        let whole = count - count % Self.recordsInSegment
        records.removeFirst(whole)
        flushed = max(0, flushed - whole)
    }

    func knowledge(at stepRound: StepRound) -> Knowledge? {
        records[place(of: stepRound)...].prefix { $0.stepRound == stepRound }.lazy.compactMap(
            \.published
        ).first
    }

    func use(at stepRound: StepRound) -> SimulatedUse? {
        records[place(of: stepRound)...].prefix { $0.stepRound == stepRound }.lazy.compactMap(
            \.used
        ).first
    }

    var published: [(stepRound: StepRound, byteCount: Int)] {
        records.compactMap { record in record.published.map { (record.stepRound, $0.byteCount) } }
    }

    mutating func losePower(_ random: inout SplitMix) {
        guard flushed < records.count else { return }
        records.removeLast(Int.random(in: 0...records.count - flushed, using: &random))
    }

    /// The first record of `step and round` or a later one.
    private func place(of stepRound: StepRound) -> Int {
        var (low, high) = (0, records.count)
        while low < high {
            let middle = (low + high) / 2
            if records[middle].stepRound < stepRound { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

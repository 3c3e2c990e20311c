import CohortGraph
import Exchange

/// A journal in memory.
struct ModelledJournal: SimulatedJournal {
    /// As segments, which are removed as a whole.
    private static let recordsInSegment = SimulatedDisk.segmentBytes / 128

    private struct Record {
        var slot: Slot
        var published: Knowledge?
        var used: SimulatedUse?
    }

    private var life: UInt64?
    private var records: [Record] = []
    private var flushed = 0

    func lastLife() -> UInt64? { life }

    mutating func begin(life: UInt64) { self.life = life }

    mutating func append(_ knowledge: Knowledge) {
        let slot = Slot(step: knowledge.step, round: knowledge.round)
        records.append(Record(slot: slot, published: knowledge))
    }

    mutating func append(_ use: SimulatedUse) {
        records.append(Record(slot: use.slot, used: use))
    }

    mutating func flush() { flushed = records.count }

    mutating func release(before step: Int) {
        let count = place(of: Slot(step: step, round: .before))
        let whole = count - count % Self.recordsInSegment
        records.removeFirst(whole)
        flushed = max(0, flushed - whole)
    }

    func knowledge(at slot: Slot) -> Knowledge? {
        records[place(of: slot)...].prefix { $0.slot == slot }.lazy.compactMap(\.published).first
    }

    func use(at slot: Slot) -> SimulatedUse? {
        records[place(of: slot)...].prefix { $0.slot == slot }.lazy.compactMap(\.used).first
    }

    var published: [(slot: Slot, byteCount: Int)] {
        records.compactMap { record in record.published.map { (record.slot, $0.byteCount) } }
    }

    mutating func losePower(_ random: inout SplitMix) {
        guard flushed < records.count else { return }
        records.removeLast(Int.random(in: 0...records.count - flushed, using: &random))
    }

    /// The first record of `slot` or a later one.
    private func place(of slot: Slot) -> Int {
        var (low, high) = (0, records.count)
        while low < high {
            let middle = (low + high) / 2
            if records[middle].slot < slot { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

import CohortGraph
import Exchange

/// What a learner's process leaves behind when it is killed.
struct SimulatedDisk {
    /// A learner after some steps.
    struct Checkpoint {
        var step: Int
        var state: UInt64
        /// How far it took in what came late.
        var taken: [String: Slot] = [:]
    }

    static let keptCheckpoints = 2
    /// As a journal's segments, which are removed as a whole.
    private static let recordsInSegment = 16
    /// No more than a segment takes: a restart finds again what is released and not yet removed.
    static let segmentBytes = recordsInSegment * 128

    /// Ascending; the one after no step needs no file.
    private(set) var checkpoints: [Checkpoint] = []
    /// The last life that began a segment of the journal.
    private(set) var life: UInt64?
    private var records: [Record] = []
    private var flushed = 0

    private struct Record {
        var slot: Slot
        var published: Knowledge?
        var used: Usage?
    }

    /// Whose knowledge was used at a slot, what came late, and a digest of it all.
    struct Usage: Equatable {
        var roll: Roll
        /// What came late, in the order of the roll.
        var late: [UInt64]
        var digest: UInt64
    }

    var newest: Checkpoint? { checkpoints.last }
    var oldestStep: Int { checkpoints.first?.step ?? 0 }
    /// Whether there is another one, should the newest be damaged.
    var hasSpareCheckpoint: Bool { checkpoints.count > 1 }

    mutating func begin(life: UInt64) { self.life = life }

    mutating func append(_ knowledge: Knowledge) {
        let slot = Slot(step: knowledge.step, phase: knowledge.phase)
        records.append(Record(slot: slot, published: knowledge))
    }

    mutating func append(_ usage: Usage, at slot: Slot) {
        records.append(Record(slot: slot, used: usage))
    }

    mutating func flush() { flushed = records.count }

    mutating func commit(_ checkpoint: Checkpoint) { checkpoints.append(checkpoint) }

    mutating func removeOldCheckpoints() {
        checkpoints.removeFirst(max(0, checkpoints.count - Self.keptCheckpoints))
    }

    /// The newest checkpoint no longer reads as it was written; the one before it is used.
    mutating func damageNewestCheckpoint() { checkpoints.removeLast() }

    /// Takes away some of what was appended after the last flush.
    mutating func losePower(_ random: inout SplitMix) {
        guard flushed < records.count else { return }
        records.removeLast(Int.random(in: 0...records.count - flushed, using: &random))
    }

    func knowledge(at slot: Slot) -> Knowledge? {
        records[place(of: slot)...].prefix { $0.slot == slot }.lazy.compactMap(\.published).first
    }

    func usage(at slot: Slot) -> Usage? {
        records[place(of: slot)...].prefix { $0.slot == slot }.lazy.compactMap(\.used).first
    }

    /// All that is published and kept, ascending.
    var published: [(slot: Slot, byteCount: Int)] {
        records.compactMap { record in record.published.map { (record.slot, $0.byteCount) } }
    }

    mutating func release(before step: Int) {
        let count = place(of: Slot(step: step, phase: .before))
        let whole = count - count % Self.recordsInSegment
        records.removeFirst(whole)
        flushed = max(0, flushed - whole)
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

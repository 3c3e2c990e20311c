import CohortGraph

/// One pass over a segment: every checksum verified, every record placed.
struct SegmentScan {
    let path: String
    /// `nil` where a crash left no whole header.
    private(set) var header: SegmentHeader?
    private(set) var entries: [JournalEntry] = []
    /// Where the whole records end.
    private(set) var byteCount = 0
    private(set) var torn: TornTail?
    private var check: UInt32 = 0

    /// Where its whole records end.
    var end: SegmentEnd { SegmentEnd(byteCount: byteCount, check: check) }

    init(_ segment: JournalFiles.Segment, isLast: Bool) throws(ExchangeFailure) {
        try self.init(SegmentFile(segment.path), number: segment.number, isLast: isLast)
    }

    /// - Parameter isLast: whether a torn tail is what a crash leaves; otherwise it is damage.
    /// - Throws: ``ExchangeFailure`` naming the file and the offset of damage.
    init(_ file: SegmentFile, number: Int, isLast: Bool) throws(ExchangeFailure) {
        path = file.path
        header = try file.header()
        if let header {
            guard header.number == number else {
                throw JournalFiles.damage(path, at: 96, "it says that it is \(header.number)")
            }
            byteCount = SegmentHeader.byteCount
            check = header.checksum
            while byteCount < file.byteCount, try take(from: file, number) {}
        }
        guard header == nil || byteCount < file.byteCount else { return }
        guard isLast else {
            throw JournalFiles.damage(path, at: byteCount, "it ends before its record does")
        }
        torn = TornTail(
            path: path, offset: byteCount, byteCount: file.byteCount - byteCount)
    }

    /// Takes the next record.
    ///
    /// - Returns: whether it is whole.
    private mutating func take(
        from file: SegmentFile, _ segment: Int
    ) throws(ExchangeFailure) -> Bool {
        switch try file.record(at: byteCount) {
        case .torn: return false
        case .damaged(let problem): throw JournalFiles.damage(path, at: byteCount, problem)
        case .record(let kind, let body, let check):
            self.check = check
            entries.append(try entry(kind, body, segment))
            byteCount += RecordFrame.headBytes + body.count + RecordFrame.tailBytes
            return true
        }
    }

    private func entry(
        _ kind: UInt32, _ body: [UInt8], _ segment: Int
    ) throws(ExchangeFailure) -> JournalEntry {
        var entry = JournalEntry(
            segment: segment, offset: byteCount, kind: kind, byteCount: body.count)
        do { entry.stepRound = try JournalKind(rawValue: kind)?.stepRound(of: body) } catch {
            throw JournalFiles.damage(path, at: byteCount, "\(error)")
        }
        return entry
    }
}

extension SegmentScan {
    /// Whether each segment is the one that its successor was begun after.
    ///
    /// - Throws: ``ExchangeFailure`` (65) naming the one that is not.
    static func checkLinks(_ scans: [SegmentScan]) throws(ExchangeFailure) {
        for (scan, next) in zip(scans, scans.dropFirst()) {
            guard let link = next.header?.previous, link != scan.end else { continue }
            throw JournalFiles.damage(
                scan.path, at: scan.byteCount,
                scan.byteCount < link.byteCount
                    ? "it ends here, and had \(link.byteCount) bytes when the next was begun"
                    : "it is not the segment after which the next was begun")
        }
    }
}

/// Where a record of a journal stands.
public struct JournalEntry: Hashable, Sendable {
    /// The number of its segment.
    public let segment: Int
    /// Of the record's first byte in the segment.
    public let offset: Int
    /// The raw value of a ``JournalKind``, or another number.
    public let kind: UInt32
    /// The body's.
    public let byteCount: Int
    /// Of what was published or used.
    var stepRound: StepRound?
}

/// What a crash left of a record at the end of a journal.
public struct TornTail: Hashable, Sendable, CustomStringConvertible {
    /// The file.
    public let path: String
    /// Where the record began.
    public let offset: Int
    /// What is left of it.
    public let byteCount: Int

    public var description: String {
        "\(path) ends inside a record, of which \(byteCount) bytes are left at byte \(offset)"
    }
}

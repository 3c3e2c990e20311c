import CohortGraph

/// A learner's journal, to be read: what it published and used.
///
/// The journal is verified as a whole when it is opened, and again record by record as it is read.
/// It may be read while it is written; what comes later is not seen.
///
///     let journal = try JournalReader(directory: "runs/digits/latest/learners/a/journal")
///     let logits = try journal.knowledge(step: 7, round: .before)?.tensors.first?.values()
public struct JournalReader: Sendable {
    /// A file of the journal.
    public struct Segment: Hashable, Sendable {
        /// Its number, as in the name of its file.
        public let number: Int
        /// Its file.
        public let path: String
        /// Its start of the learner.
        public let incarnation: UInt64
        /// Up to the end of its last whole record.
        public let byteCount: Int
        /// How many whole records it holds.
        public let records: Int
    }

    /// The directory of the journal.
    public let directory: String
    /// Whose it is; the incarnation is the last one's.
    public let sender: Sender
    /// Its files, in their order.
    public let segments: [Segment]
    /// Every record, in the order of writing.
    public let entries: [JournalEntry]
    /// What a crash left at the end, which is not read.
    public let torn: TornTail?
    private let stepRounds: [StepRound: JournalEntry]
    /// The one segment of a journal that stands in memory.
    private let memory: SegmentFile?
    /// The first step of which anything was published: later than 0 where the beginning was not
    /// kept.
    public var firstStep: Int? { stepRounds.keys.map(\.step).min() }

    /// Reads and verifies every segment.
    ///
    /// - Throws: ``ExchangeFailure``: 66 where there is no journal, 65 for damage, with the file
    ///   and the offset, 76 for another version.
    public init(directory: String) throws {
        let files = try JournalFiles.segments(in: directory)
        var scans: [SegmentScan] = []
        for file in files {
            scans.append(try SegmentScan(file, isLast: file == files.last))
        }
        try self.init(scans, in: directory)
    }

    /// Reads and verifies a journal of one segment that stands in memory.
    ///
    /// - Throws: as ``init(directory:)``.
    package init(segment bytes: [UInt8]) throws {
        let file = SegmentFile(bytes, as: JournalFiles.path(ofSegment: 0, in: "memory"))
        try self.init(
            [SegmentScan(file, number: 0, isLast: true)], in: "memory", holding: file)
    }

    private init(
        _ scans: [SegmentScan], in directory: String, holding memory: SegmentFile? = nil
    ) throws {
        guard let sender = scans.last(where: { $0.header != nil })?.header?.sender else {
            throw ExchangeFailure(
                exitCode: .missingFile, message: "there is no journal in \(directory)")
        }
        self.directory = directory
        self.memory = memory
        self.sender = sender
        try Self.checkOwner(of: scans, is: sender)
        try SegmentScan.checkLinks(scans)
        segments = scans.compactMap(Segment.init)
        entries = scans.flatMap(\.entries)
        torn = scans.last?.torn
        stepRounds = entries.stepRounds(of: .published)
    }

    private static func checkOwner(
        of scans: [SegmentScan], is owner: Sender
    ) throws(ExchangeFailure) {
        for scan in scans {
            guard let sender = scan.header?.sender, !sender.isSameLearner(as: owner) else {
                continue
            }
            throw JournalFiles.damage(
                scan.path, at: 8,
                "it is of '\(sender.name)' in run \(sender.readableRun), the"
                    + " last segment of '\(owner.name)' in run \(owner.readableRun)")
        }
    }

    /// What was published at a step and round; of several records the last.
    ///
    /// - Throws: ``ExchangeFailure``, where the record cannot be read any more.
    public func knowledge(step: Int, round: Round) throws -> Knowledge? {
        guard let entry = stepRounds[StepRound(step: step, round: round)],
            case .published(let knowledge) = try record(entry)
        else { return nil }
        return knowledge
    }

    /// Whether anything was published at a step and round.
    func holds(_ stepRound: StepRound) -> Bool { stepRounds[stepRound] != nil }

    /// The last step of which anything was published.
    public var lastStep: Int? { stepRounds.keys.map(\.step).max() }

    /// The records in the order of writing, each read when it is asked for.
    public var records: some Sequence<(JournalEntry, Result<JournalRecord, any Error>)> {
        entries.lazy.map { entry in (entry, Result { try record(entry) }) }
    }

    /// The file that holds a record.
    public func path(of entry: JournalEntry) -> String {
        JournalFiles.path(ofSegment: entry.segment, in: directory)
    }

    /// Reads a record.
    ///
    /// - Throws: ``ExchangeFailure``, 65 for a body that is not of its kind.
    public func record(_ entry: JournalEntry) throws -> JournalRecord {
        try entry.read(from: memory ?? SegmentFile(path(of: entry)))
    }
}

extension JournalEntry {
    /// Reads the record that stands there.
    ///
    /// - Throws: ``ExchangeFailure``, 65 where it is not what it was.
    func read(in directory: String) throws -> JournalRecord {
        try read(from: SegmentFile(JournalFiles.path(ofSegment: segment, in: directory)))
    }

    /// As ``read(in:)``.
    func read(from file: SegmentFile) throws(ExchangeFailure) -> JournalRecord {
        guard case .record(let kind, let body, _) = try file.record(at: offset)
        else { throw JournalFiles.damage(file.path, at: offset, "a record was altered") }
        do {
            return try JournalRecord(kindNumber: kind, body: body[...])
        } catch { throw JournalFiles.damage(file.path, at: offset, "\(error)") }
    }
}

extension [JournalEntry] {
    /// The entries of a kind by what they are of; of several the last.
    func stepRounds(of kind: JournalKind) -> [StepRound: JournalEntry] {
        Dictionary(
            filter { $0.kind == kind.rawValue }.compactMap { entry in
                entry.stepRound.map { ($0, entry) }
            }, uniquingKeysWith: { $1 })
    }
}

extension JournalReader.Segment {
    init?(_ scan: SegmentScan) {
        guard let header = scan.header else { return nil }
        self.init(
            number: header.number, path: scan.path, incarnation: header.sender.incarnation,
            byteCount: scan.byteCount, records: scan.entries.count)
    }
}

extension Sender {
    /// Whether both are starts of one learner in one run of one configuration.
    func isSameLearner(as other: Sender) -> Bool {
        (run, configurationDigest, name) == (other.run, other.configurationDigest, other.name)
    }
}

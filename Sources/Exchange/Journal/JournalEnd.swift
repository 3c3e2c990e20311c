import Bytes
import Foundation

/// What a journal holds, and where appending to it goes on.
struct JournalEnd {
    /// Whose the journal is, in its last life; `nil` where it has no record yet.
    private(set) var sender: Sender?
    /// What a crash left at the end.
    private(set) var torn: TornTail?
    /// The segments that have a header.
    private(set) var scans: [SegmentScan] = []
    /// The number of the next segment.
    private var next = 0

    /// Whether it has no record.
    var isEmpty: Bool { scans.allSatisfy(\.entries.isEmpty) }

    /// Verifies all of a directory's journal. What another learner has begun and written nothing to
    /// is removed.
    ///
    /// - Throws: ``ExchangeFailure``: 65 for damage, 78 where it is of another learner, run or
    ///   configuration.
    init(of directory: String, for sender: Sender) throws(ExchangeFailure) {
        try self.init(of: directory)
        guard let owner = self.sender, !owner.isSameLearner(as: sender) else { return }
        guard isEmpty else {
            throw ExchangeFailure(
                exitCode: .configuration,
                message: "the journal \(directory) is of '\(owner.name)' in run"
                    + " \(owner.readableRun), configuration"
                    + " \(owner.configurationDigest.hexadecimal): take an empty directory for"
                    + " '\(sender.name)' in run \(sender.readableRun)")
        }
        for file in try JournalFiles.segments(in: directory) {
            try JournalFiles.attempt("remove", file.path) {
                try FileManager.default.removeItem(atPath: file.path)
            }
        }
        self = try JournalEnd(of: directory)
    }

    init(of directory: String) throws(ExchangeFailure) {
        let files = try JournalFiles.segments(in: directory)
        guard let end = files.last else { return }
        for file in files { scans.append(try SegmentScan(file, isLast: file == end)) }
        torn = scans.last?.torn
        next = end.number + 1
        if scans.last?.header == nil {
            // The crash came when the segment was begun: it is begun again.
            next = end.number
            scans.removeLast()
        }
        try SegmentScan.checkLinks(scans)
        sender = scans.last?.header?.sender
    }

    /// The segment to append to; what is torn is removed.
    func segment(for sender: Sender, in directory: String) throws(ExchangeFailure) -> OpenSegment {
        guard let last = scans.last, let header = last.header else {
            return try OpenSegment(creating: next, in: directory, sender: sender, after: .none)
        }
        let open = try OpenSegment(continuing: header.number, at: last.path, end: last.end)
        if header.sender == sender, next == header.number + 1 { return open }
        try open.close()
        return try OpenSegment(creating: next, in: directory, sender: sender, after: last.end)
    }
}

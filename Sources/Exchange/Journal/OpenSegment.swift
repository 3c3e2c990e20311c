import Foundation

/// The segment that is being written.
struct OpenSegment: Sendable {
    let number: Int
    let path: String
    private(set) var byteCount: Int
    private let handle: FileHandle

    var hasRecords: Bool { byteCount > SegmentHeader.byteCount }

    /// Writes a header to a new file, or over what a crash left of one.
    init(creating number: Int, in directory: String, sender: Sender) throws(ExchangeFailure) {
        self.number = number
        let path = JournalFiles.path(ofSegment: number, in: directory)
        self.path = path
        let header = SegmentHeader(sender: sender, number: number).encoded()
        byteCount = header.count
        handle = try JournalFiles.attempt("write", path) {
            try Data(header).write(to: URL(fileURLWithPath: path))
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            try handle.seekToEnd()
            return handle
        }
        try JournalFiles.synchronize(directory: directory)
    }

    /// Goes on at the end of the whole records; what is behind them is removed.
    init(continuing number: Int, at path: String, byteCount: Int) throws(ExchangeFailure) {
        self.number = number
        self.path = path
        self.byteCount = byteCount
        handle = try JournalFiles.attempt("write", path) {
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            try handle.truncate(atOffset: UInt64(byteCount))
            try handle.seekToEnd()
            return handle
        }
    }

    mutating func append(_ record: [UInt8]) throws(ExchangeFailure) {
        try JournalFiles.attempt("write", path) { try handle.write(contentsOf: Data(record)) }
        byteCount += record.count
    }

    func flush() throws(ExchangeFailure) {
        try JournalFiles.attempt("write", path) { try handle.synchronize() }
    }

    func close() throws(ExchangeFailure) {
        try flush()
        try JournalFiles.attempt("write", path) { try handle.close() }
    }
}

/// Where appending to a journal goes on.
struct JournalEnd {
    /// Whose the journal is; `nil` where it has no record yet.
    private(set) var sender: Sender?
    /// What a crash left at the end.
    private(set) var torn: TornTail?
    /// The last segment with a header, and how much of it is whole.
    private var last: SegmentScan?
    /// The number of the next segment.
    private var next = 0

    /// Looks at the end of a directory's journal, and at nothing before it.
    init(of directory: String) throws(ExchangeFailure) {
        let files = try JournalFiles.segments(in: directory)
        guard let end = files.last else { return }
        var scan = try SegmentScan(end, isLast: true)
        torn = scan.torn
        next = end.number + 1
        if scan.header == nil {
            // The crash came when the segment was begun: it is begun again.
            next = end.number
            guard let previous = files.dropLast().last else { return }
            scan = try SegmentScan(previous, isLast: false)
        }
        last = scan
        sender = scan.header?.sender
    }

    /// The segment to append to; what is torn is removed.
    func segment(for sender: Sender, in directory: String) throws(ExchangeFailure) -> OpenSegment {
        guard let last, let header = last.header else {
            return try OpenSegment(creating: next, in: directory, sender: sender)
        }
        let open = try OpenSegment(
            continuing: header.number, at: last.path, byteCount: last.byteCount)
        if header.sender == sender, next == header.number + 1 { return open }
        try open.close()
        return try OpenSegment(creating: next, in: directory, sender: sender)
    }
}

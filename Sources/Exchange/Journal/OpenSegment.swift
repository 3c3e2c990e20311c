import Foundation

/// The segment that is being written.
struct OpenSegment: Sendable {
    let number: Int
    let path: String
    private(set) var byteCount: Int
    private var check: UInt32
    private let handle: FileHandle

    var hasRecords: Bool { byteCount > SegmentHeader.byteCount }
    /// Where it ends now.
    var end: SegmentEnd { SegmentEnd(byteCount: byteCount, check: check) }

    /// Writes a header to a new file, or over what a crash left of one; the disk holds it before
    /// anything else happens, as nobody else remembers which life it is.
    init(
        creating number: Int, in directory: String, sender: Sender, after previous: SegmentEnd
    ) throws(ExchangeFailure) {
        self.number = number
        let path = JournalFiles.path(ofSegment: number, in: directory)
        self.path = path
        let header = SegmentHeader(sender: sender, number: number, previous: previous)
        let bytes = header.encoded()
        byteCount = bytes.count
        check = header.checksum
        handle = try JournalFiles.attempt("write", path) {
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            try handle.seekToEnd()
            try handle.synchronize()
            return handle
        }
        try JournalFiles.synchronize(directory: directory)
    }

    /// Goes on at the end of the whole records; what is behind them is removed.
    init(continuing number: Int, at path: String, end: SegmentEnd) throws(ExchangeFailure) {
        self.number = number
        self.path = path
        byteCount = end.byteCount
        check = end.check
        handle = try JournalFiles.attempt("write", path) {
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            try handle.truncate(atOffset: UInt64(end.byteCount))
            try handle.seekToEnd()
            return handle
        }
    }

    mutating func append(_ record: [UInt8]) throws(ExchangeFailure) {
        try JournalFiles.attempt("write", path) { try handle.write(contentsOf: Data(record)) }
        byteCount += record.count
        check = Array(record.suffix(RecordFrame.tailBytes)).integer(at: 0)
    }

    func flush() throws(ExchangeFailure) {
        try JournalFiles.attempt("write", path) { try handle.synchronize() }
    }

    func close() throws(ExchangeFailure) {
        try flush()
        try JournalFiles.attempt("write", path) { try handle.close() }
    }
}

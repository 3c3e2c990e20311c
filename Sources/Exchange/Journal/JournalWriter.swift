import Bytes
import Foundation
import Synchronization

/// Appends to a learner's journal.
///
/// A record is safe from the end of the process when ``append(_:)`` returns, and from the loss of power
/// after ``flush()``. A journal has one writer at a time.
public final class JournalWriter: Sendable {
    private struct State {
        /// The segment that is written; `nil` when the journal is closed.
        var segment: OpenSegment?
        /// What went wrong before: nothing is appended behind a record that may be incomplete.
        var failure: ExchangeFailure?
    }

    public let directory: String
    /// What a crash had left at the end of the journal, and was removed.
    public let removed: TornTail?
    private let sender: Sender
    private let segmentBytes: Int
    private let state: Mutex<State>

    /// Begins a journal, or goes on with one: after its last whole record, in a new segment where
    /// `sender` is another start of the learner.
    ///
    /// - Parameters:
    ///   - directory: is made where it is missing.
    ///   - segmentBytes: a segment grows larger only for a single record.
    /// - Throws: ``ExchangeFailure``: 74 where the disk refuses, 65 where the last segment is damaged,
    ///   78 where the journal is of another learner, run or configuration.
    public init(directory: String, sender: Sender, segmentBytes: Int = 64 << 20) throws {
        precondition(segmentBytes > 0)
        try JournalFiles.attempt("create", directory) {
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true)
        }
        let end = try JournalEnd(of: directory)
        if let owner = end.sender, !owner.isSameLearner(as: sender) {
            throw ExchangeFailure(
                exitCode: 78,
                message: "the journal \(directory) is of '\(owner.name)' in run"
                    + " \(owner.spokenRun), configuration \(owner.configurationDigest.hexadecimal)"
                    + ": take an empty directory for '\(sender.name)' in run \(sender.spokenRun)")
        }
        self.directory = directory
        self.sender = sender
        self.segmentBytes = segmentBytes
        removed = end.torn
        state = Mutex(State(segment: try end.segment(for: sender, in: directory)))
    }

    /// Writes a record down.
    ///
    /// - Throws: ``ExchangeFailure`` with the exit code 74; then every later call does.
    /// - Precondition: the journal is not closed.
    public func append(_ record: JournalRecord) throws {
        let bytes = RecordFrame.encode(kind: record.kindNumber, body: record.encodedBody())
        try writing { segment in
            if segment.hasRecords, segment.byteCount + bytes.count > segmentBytes {
                try segment.close()
                segment = try OpenSegment(
                    creating: segment.number + 1, in: directory, sender: sender)
            }
            try segment.append(bytes)
        }
    }

    /// Has the disk hold all that was appended.
    ///
    /// - Throws: ``ExchangeFailure`` with the exit code 74.
    public func flush() throws {
        try writing { try $0.flush() }
    }

    /// Flushes and closes; may be called again.
    ///
    /// - Throws: ``ExchangeFailure`` with the exit code 74.
    public func close() throws {
        guard state.withLock({ $0.segment != nil }) else { return }
        try writing { try $0.close() }
        state.withLock { $0.segment = nil }
    }

    private func writing(_ body: (inout OpenSegment) throws -> Void) throws {
        try state.withLock { state in
            if let failure = state.failure { throw failure }
            guard var segment = state.segment else {
                preconditionFailure("the journal \(directory) is closed")
            }
            do {
                try body(&segment)
                state.segment = segment
            } catch {
                let failure = ExchangeFailure.unexpected(error)
                state.failure = failure
                throw failure
            }
        }
    }
}

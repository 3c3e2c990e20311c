import Bytes
import CohortGraph
import Foundation
import Synchronization

/// Appends to a learner's journal, and looks up what is in it.
///
/// A record is safe from the end of the process when ``append(_:)`` returns, and from the loss of
/// power after ``flush()``. A journal has one writer at a time.
public final class JournalWriter: Sendable {
    private struct State {
        /// The segment that is written; `nil` when the journal is closed.
        var segment: OpenSegment?
        var index: JournalIndex
        /// What went wrong before: nothing is appended behind a record that may be incomplete.
        var failure: ExchangeFailure?
    }

    /// The directory of the journal.
    public let directory: String
    /// What a crash had left at the end of the journal, and was removed.
    public let removed: TornTail?
    private let sender: Sender
    private let segmentBytes: Int
    private let keepsAll: Bool
    private let state: Mutex<State>

    /// Begins a journal, or goes on with one: after its last whole record, in a new segment where
    /// `sender` is another life of the learner.
    ///
    /// - Parameters:
    ///   - directory: is made where it is missing.
    ///   - segmentBytes: a segment grows larger only for a single record.
    ///   - keepsAll: whether ``release(before:)`` removes nothing.
    /// - Throws: ``ExchangeFailure``: 74 where the disk refuses, 65 where the journal is damaged,
    ///   78 where it is of another learner, run or configuration.
    public init(
        directory: String, sender: Sender, segmentBytes: Int = 64 << 20, keepsAll: Bool = false
    ) throws {
        precondition(segmentBytes > 0)
        try JournalFiles.attempt("create", directory) {
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true)
        }
        let end = try JournalEnd(of: directory, for: sender)
        self.directory = directory
        self.sender = sender
        self.segmentBytes = segmentBytes
        self.keepsAll = keepsAll
        removed = end.torn
        let segment = try end.segment(for: sender, in: directory)
        var index = JournalIndex(end.scans)
        index.begin(segment: segment.number)
        state = Mutex(State(segment: segment, index: index))
    }

    /// The last life of a learner that a directory's journal is of, and whether anything is in it;
    /// `nil` where there is none.
    ///
    /// - Parameter sender: the learner, in any life.
    /// - Throws: as ``init(directory:sender:segmentBytes:keepsAll:)``.
    public static func past(
        of sender: Sender, in directory: String
    ) throws -> (incarnation: UInt64, isEmpty: Bool)? {
        guard FileManager.default.fileExists(atPath: directory) else { return nil }
        let end = try JournalEnd(of: directory, for: sender)
        return end.sender.map { ($0.incarnation, end.isEmpty) }
    }

    /// Whether a directory's journal has a record, of whichever learner it is.
    ///
    /// - Throws: ``ExchangeFailure`` with the exit code 65 for damage, 74 where it cannot be read.
    public static func holdsRecords(in directory: String) throws -> Bool {
        guard FileManager.default.fileExists(atPath: directory) else { return false }
        return try !JournalEnd(of: directory).isEmpty
    }

    /// Writes a record down.
    ///
    /// - Throws: ``ExchangeFailure`` with the exit code 74; then every later call does.
    /// - Precondition: the journal is not closed.
    public func append(_ record: JournalRecord) throws {
        let bytes = RecordFrame.encode(kind: record.kindNumber, body: record.encodedBody())
        try writing { segment, index in
            if segment.hasRecords, segment.byteCount + bytes.count > segmentBytes {
                try segment.close()
                segment = try OpenSegment(
                    creating: segment.number + 1, in: directory, sender: sender,
                    after: segment.end)
            }
            let offset = segment.byteCount
            try segment.append(bytes)
            var entry = JournalEntry(
                segment: segment.number, offset: offset, kind: record.kindNumber,
                byteCount: bytes.count - RecordFrame.headBytes - RecordFrame.tailBytes)
            entry.stepRound = record.stepRound
            index.add(entry)
        }
    }

    /// Has the disk hold all that was appended.
    ///
    /// - Throws: ``ExchangeFailure`` with the exit code 74.
    public func flush() throws {
        try writing { segment, _ in try segment.flush() }
    }

    /// Flushes and closes; may be called again.
    ///
    /// - Throws: ``ExchangeFailure`` with the exit code 74.
    public func close() throws {
        guard state.withLock({ $0.segment != nil }) else { return }
        try writing { segment, _ in try segment.close() }
        state.withLock { $0.segment = nil }
    }

    /// What was published at a step and round, in this life or an earlier one.
    ///
    /// - Throws: ``ExchangeFailure``, 65 where it cannot be read any more.
    public func knowledge(step: Int, round: Round) throws -> Knowledge? {
        let stepRound = StepRound(step: step, round: round)
        guard let entry = state.withLock({ $0.index.published[stepRound] }),
            case .published(let knowledge) = try entry.read(in: directory)
        else { return nil }
        return knowledge
    }

    /// What was used at a step and round, in this life or an earlier one.
    ///
    /// - Throws: ``ExchangeFailure``, 65 where it cannot be read any more.
    public func used(step: Int, round: Round) throws -> UsedKnowledge? {
        let stepRound = StepRound(step: step, round: round)
        guard let entry = state.withLock({ $0.index.used[stepRound] }),
            case .used(let used) = try entry.read(in: directory)
        else { return nil }
        return used
    }

    /// The last step that the newest end names; nil where there is none. A run that was extended
    /// has an end for each time that it ended.
    ///
    /// - Throws: ``ExchangeFailure``, 65 where it cannot be read any more.
    func end() throws -> Int? {
        guard let entry = state.withLock({ $0.index.end }),
            case .end(let lastStep) = try entry.read(in: directory)
        else { return nil }
        return lastStep
    }

    /// The last step of which anything was published.
    public var lastStep: Int? { state.withLock { $0.index.published.keys.map(\.step).max() } }

    /// All that was published and is not removed, ascending, with the bytes of each.
    package var retained: [(stepRound: StepRound, byteCount: Int)] {
        state.withLock { $0.index.published }.map { ($0, $1.byteCount) }.sorted { $0.0 < $1.0 }
    }

    /// Removes the oldest segments as far as they hold nothing of `step` and later.
    ///
    /// - Throws: ``ExchangeFailure`` with the exit code 74.
    public func release(before step: Int) throws {
        guard !keepsAll else { return }
        try writing { segment, index in
            for number in index.segments(before: step) where number < segment.number {
                let path = JournalFiles.path(ofSegment: number, in: directory)
                try JournalFiles.attempt("remove", path) {
                    try FileManager.default.removeItem(atPath: path)
                }
                index.forget(segment: number)
            }
        }
    }

    private func writing(
        _ body: (inout OpenSegment, inout JournalIndex) throws -> Void
    ) throws {
        try state.withLock { state in
            if let failure = state.failure { throw failure }
            guard var segment = state.segment else {
                preconditionFailure("the journal \(directory) is closed")
            }
            do {
                try body(&segment, &state.index)
                state.segment = segment
            } catch {
                let failure = ExchangeFailure.unexpected(error)
                state.failure = failure
                throw failure
            }
        }
    }
}

extension JournalRecord {
    var stepRound: StepRound? {
        switch self {
        case .published(let knowledge): StepRound(step: knowledge.step, round: knowledge.round)
        case .used(let used): StepRound(step: used.step, round: used.round)
        case .end, .other: nil
        }
    }
}

import Bytes
import Foundation

/// Follows the records of a run from any process that can read its directory, while the run goes on
/// and after it ended.
///
/// Each ``poll()`` returns the records that were appended since the last one:
///
/// ```swift
/// var follower = RunFollower(try RunReference("runs/digits/latest").run)
/// var records: [FollowedLearner: [Record]] = [:]
/// while true {
///     let state = follower.run.state  // Asked first: what was written before it is read below.
///     for update in try follower.poll() {
///         if update.replacesEarlier { records[update.learner] = [] }
///         records[update.learner, default: []] += update.records
///     }
///     if case .ended = state, !follower.isBehind { break }
///     if !follower.isBehind { try await Task.sleep(for: .milliseconds(500)) }
/// }
/// ```
///
/// - A learner's file appears when it starts. It has one in each ``RunPart`` in which it trains.
/// - A learner that goes on from a checkpoint replaces its file by one without the steps that it
///   repeats: the next poll delivers the whole file, with ``FollowedRecords/replacesEarlier``.
/// - A poll reads only what was appended, at most ``mostBytes`` in all, so that a long history
///   arrives in several polls: ``isBehind`` says whether there is more. A file without news costs
///   one look at its size.
/// - It only reads, and takes no locks: the run does not notice it.
public struct RunFollower: Sendable {
    /// How much of what was written before the first poll is read.
    public enum Extent: Hashable, Sendable {
        /// All records.
        case whole
        /// The first record of each file, and those in about so many last bytes of it. The records
        /// between them are not delivered.
        case recent(bytes: Int)
    }

    /// The run.
    public let run: RunDirectory
    /// How many bytes a poll reads in all, about.
    public let mostBytes: Int
    /// Whether the last poll left something unread that was there.
    public private(set) var isBehind = false
    private let extent: Extent
    private var files: [FollowedLearner: FollowedFile] = [:]

    /// Those whose files were there at the last poll. Who is missing was removed with its files.
    public var learners: Set<FollowedLearner> { Set(files.keys) }

    /// Follows a run from its first record on.
    ///
    /// - Parameters:
    ///   - extent: how much of what is there already is read.
    ///   - mostBytes: how much a poll reads in all, about.
    public init(_ run: RunDirectory, reading extent: Extent = .whole, mostBytes: Int = 1 << 23) {
        (self.run, self.extent, self.mostBytes) = (run, extent, mostBytes)
    }

    /// The records that were appended since the last call, of each learner that has any.
    ///
    /// A last line without its end is not complete yet, and is delivered by a later call.
    ///
    /// - Throws: ``DiskError`` where a file is there and cannot be read.
    public mutating func poll() throws(DiskError) -> [FollowedRecords] {
        let found = found()
        // What is gone, and appears again, is another file. Where one cannot be read, the next call
        // reads the others again.
        var files = files.filter { found.contains($0.key) }
        let share = max(Self.leastShare, mostBytes / max(1, found.count))
        isBehind = false
        var updates: [FollowedRecords] = []
        for learner in found {
            let path = learner.part.directory(in: run).learner(learner.name).metrics
            var file = files[learner] ?? FollowedFile(path, extent)
            let news = try file.read(atMost: share)
            files[learner] = file
            isBehind = isBehind || news.hasMore
            if let update = FollowedRecords(of: learner, news) { updates.append(update) }
        }
        self.files = files
        return updates
    }

    /// Of each file at least so much is read in a poll.
    private static let leastShare = 1 << 16

    /// The learners that have files now, in order.
    private func found() -> [FollowedLearner] {
        ([.cohort, .alone] + run.stageNumbers.map(RunPart.stage)).flatMap { part in
            let directory = part.directory(in: run)
            return directory.learnerNames.filter { name in
                FileManager.default.fileExists(atPath: directory.learner(name).metrics)
            }.map { FollowedLearner($0, in: part) }
        }.sorted()
    }
}

/// Records of one learner that were appended to its file.
public struct FollowedRecords: Sendable {
    /// Whose records they are.
    public let learner: FollowedLearner
    /// Whether the file was replaced or has shrunk, so that it was read anew from its start: what
    /// was delivered of this learner before is void.
    public let replacesEarlier: Bool
    /// In the order of the file. A line that holds none, which a crash left torn, is left out.
    public let records: [Record]

    /// Nil where there is nothing to tell.
    init?(of learner: FollowedLearner, _ news: FollowedFile.News) {
        guard news.isAnew || !news.lines.isEmpty else { return nil }
        self.learner = learner
        replacesEarlier = news.isAnew
        records = news.lines.compactMap { JSONLines.record(String(decoding: $0, as: UTF8.self)) }
    }
}

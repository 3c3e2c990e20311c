import Bytes
import Exchange
import Foundation
import Options
import Reporting
import Training

/// What earlier starts of a learner left in its directory, where this start goes on.
struct LearnerPast {
    let store: CheckpointStore
    /// Where training goes on; nil where it begins.
    let progress: LearnerProgress?
    /// The steps of the oldest checkpoint that is kept.
    let oldest: Int
    /// The incarnation of the learner's last life, by its journal.
    let incarnation: UInt64?
    /// Whether an earlier start may have taken a step.
    let isBegun: Bool
    /// What is wrong with newer checkpoints.
    let complaints: [String]

    /// How many steps were done.
    var step: Int { progress?.state.step ?? 0 }

    /// - Parameter provenance: what this start's numbers follow from; it is written down.
    /// - Throws: ``SettingError`` (78) where something is there and must not be, or is of another
    ///   run, or follows from other settings or data; ``DiskError`` (66) where nothing is there and
    ///   something must be, (65) where all is damaged.
    init(
        _ node: LearnerNode, _ configuration: ExperimentConfiguration,
        _ assembly: LearnerAssembly, _ provenance: Provenance, in directory: LearnerDirectory
    ) throws {
        try provenance.require(of: directory, extending: node.extends)
        let journal = try Self.journal(node, configuration, in: directory)
        incarnation = journal?.incarnation
        let owner = CheckpointOwner(
            run: node.membership.run, learner: node.learner,
            configuration: configuration.identityDigest,
            stage: node.mode == .alone ? 0 : node.membership.stage)
        store = CheckpointStore(
            directory, of: owner, assembly, keep: configuration.checkpoints.keep)
        let found: CheckpointStore.Found
        do { found = try store.newest() } catch let mismatch as CheckpointMismatch {
            throw SettingError("\(mismatch)")
        }
        progress = found.progress
        oldest = found.oldest
        let next = found.progress.map { "; resuming from step \($0.state.step)" }
        complaints = found.damaged.map { $0 + (next ?? "; beginning at step 0") }
        let isThere = found.progress != nil || journal?.isEmpty == false || !found.damaged.isEmpty
        isBegun = isThere
        try Self.check(node.resume, isThere: isThere, found, directory)
        try provenance.write(to: directory.provenance)
    }

    private static func journal(
        _ node: LearnerNode, _ configuration: ExperimentConfiguration,
        in directory: LearnerDirectory
    ) throws -> (incarnation: UInt64, isEmpty: Bool)? {
        let sender = Sender(
            run: ExchangeIdentity.runIdentifier(of: node.membership.run),
            configurationDigest: configuration.identityDigestBytes, name: node.learner,
            incarnation: 0)
        return try JournalWriter.past(of: sender, in: directory.journal)
    }

    private static func check(
        _ resume: Resume, isThere: Bool, _ found: CheckpointStore.Found,
        _ directory: LearnerDirectory
    ) throws {
        switch resume {
        case .never where isThere:
            throw SettingError(
                "\(directory.path) holds what an earlier start left, and --resume never begins anew:"
                    + " name another directory, or resume")
        case .must where !isThere:
            throw DiskError(
                "read", directory.checkpoints,
                "there is nothing to resume from, and --resume must asks for it",
                exitCode: .missingFile)
        case .must where found.progress == nil && !found.damaged.isEmpty:
            throw DiskError(
                "read", directory.checkpoints, found.damaged.joined(separator: "; "),
                exitCode: .corruptData)
        default: break
        }
    }
}

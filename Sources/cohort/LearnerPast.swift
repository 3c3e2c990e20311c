import Bytes
import Exchange
import Experiment
import Foundation
import Options
import Reporting
import Training

/// What earlier starts of a learner left in its directory, and this one goes on with.
struct LearnerPast {
    let store: CheckpointStore
    /// Where training goes on; nil where it begins.
    let progress: LearnerProgress?
    /// The steps of the oldest checkpoint that is kept.
    let oldest: Int
    /// The last life that the learner's journal is of.
    let incarnation: UInt64?
    /// What was wrong with newer checkpoints.
    let complaints: [String]

    /// How many steps were done.
    var step: Int { progress?.state.step ?? 0 }

    /// - Throws: ``SettingError`` (78) where what is there is not to be or cannot be gone on with,
    ///   ``DiskError`` (66) where there is nothing and should be, (65) where all is damaged.
    init(
        _ command: LearnerCommand, _ configuration: ExperimentConfiguration,
        _ assembly: LearnerAssembly, in directory: LearnerDirectory
    ) throws {
        let owner = CheckpointOwner(
            run: command.run, learner: command.name, configuration: configuration.digest,
            stage: command.alone ? 0 : command.member.stage)
        store = CheckpointStore(
            directory, of: owner, assembly, keep: configuration.checkpoints.keep)
        let found: CheckpointStore.Found
        do { found = try store.newest() } catch let mismatch as CheckpointMismatch {
            throw SettingError("\(mismatch)")
        }
        let sender = Sender(
            run: ExchangeIdentity.runIdentifier(of: command.run),
            configurationDigest: configuration.digestBytes, name: command.name, incarnation: 0)
        let journal = try JournalWriter.past(of: sender, in: directory.journal)
        incarnation = journal?.incarnation
        progress = found.progress
        oldest = found.oldest
        let next = found.progress.map { "; resuming from step \($0.state.step)" }
        complaints = found.damaged.map { $0 + (next ?? "; beginning at step 0") }
        let isThere = found.progress != nil || journal?.isEmpty == false || !found.damaged.isEmpty
        try Self.check(command.resume, isThere: isThere, found, directory)
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

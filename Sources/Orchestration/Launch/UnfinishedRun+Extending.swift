import Bytes
import Experiment
import Options
import Reporting

/// Going on for longer than a run was begun to.
extension UnfinishedRun {
    /// The newest run, where all that differs from it is that learners train for longer, or nothing
    /// does and it has not ended.
    ///
    /// - Throws: ``DiskError``: 66 where there is no run, 74 where another launcher runs it;
    ///   ``SettingError`` naming what else differs, and what would not be as in one run of the
    ///   whole length.
    static func extended(
        _ runs: [(id: String, run: RunDirectory)], _ provenance: Provenance,
        _ configuration: ExperimentConfiguration, _ assembler: Assembler?
    ) throws -> UnfinishedRun {
        guard let newest = runs.first else {
            throw DiskError(
                "read", "\(configuration.runs)/\(configuration.name)",
                "there is no run to extend; leave --extend out", exitCode: .missingFile)
        }
        // One that was interrupted while it was extended goes on.
        let goesOn = !newest.run.isFinished && newest.run.difference(from: provenance) == nil
        if !goesOn { try newest.run.requireExtensible(to: configuration, provenance, assembler) }
        return try UnfinishedRun(newest, isExtended: true)
    }
}

extension RunDirectory {
    /// Whether all that differs is that learners now train for longer than the run was begun to.
    func isShorter(than now: Provenance) -> Bool {
        provenanceIfReadable.map(now.isLonger) ?? false
    }

    /// Makes sure that the run can go on for longer, as if it had been begun so.
    ///
    /// - Parameter assembler: of the configuration; nil where the data are on other hosts.
    /// - Throws: ``SettingError`` naming what else differs, and what would not be as in one run of
    ///   the whole length.
    func requireExtensible(
        to configuration: ExperimentConfiguration, _ now: Provenance, _ assembler: Assembler?
    ) throws {
        guard isShorter(than: now) else {
            let difference = difference(from: now) ?? "nothing differs from it"
            throw SettingError(
                "\(path) cannot be extended (\(difference)): give it more training.steps or"
                    + " training.epochs and leave all else as it is, or begin a new run without"
                    + " --extend")
        }
        let old = try ExperimentConfiguration.load(self.configuration, registries: .all)
        let objections = try configuration.objections(toExtending: old, assembler)
        guard objections.isEmpty else {
            throw SettingError(
                "\(path) cannot be extended as if it had been begun so: "
                    + objections.joined(separator: "; ")
                    + "; begin a new run without --extend")
        }
    }

    /// Takes the mark of a good end from a run that goes on.
    func reopen() throws {
        guard var summary = try? Summary.read(from: summary) else { return }
        summary.exitCode = .preempted
        try summary.write(to: self.summary)
    }
}

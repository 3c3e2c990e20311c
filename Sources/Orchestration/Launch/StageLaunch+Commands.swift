import CohortGraph
import Experiment
import Foundation
import Launching
import Reporting

/// The programs of external learners that the launcher starts and supervises as its own.
extension StageLaunch {
    /// The external learners of a stage whose programs are started here: under ranks at rank 0.
    func commanded(in stage: Int) -> Set<String> {
        guard rank.map({ $0.rank == 0 }) ?? true else { return [] }
        return externals(of: stage).filter { configuration[$0]?.command != nil }
    }

    /// Their processes, each run by a shell in the launcher's own folder.
    ///
    /// What such a program must know stands in its environment: `COHORT_CONTACT` and `COHORT_PLAN`
    /// name files, `COHORT_DIRECTORY` a folder for its own files, `COHORT_KEY` its secret key where
    /// the exchange is secured. `COHORT_LAUNCHED` says that the end of its standard input means
    /// that the launcher has gone.
    ///
    /// - Throws: what is wrong with the data, of which each is told its part; ``DiskError``.
    func commands(in stage: Int, _ keys: LaunchKeys?) throws -> [ProcessSpec] {
        let names = commanded(in: stage)
        guard !names.isEmpty else { return [] }
        let assembler = try Assembler(configuration)
        let optional = optional(in: stage)
        return try names.sorted().map { name in
            let folder = place(of: name, in: stage).learner(name)
            try folder.write(plan: assembler.learnerPlan(of: name, inStage: stage).json())
            var environment = [
                "COHORT_CONTACT": absolute(directory.contact),
                "COHORT_PLAN": absolute(folder.plan),
                "COHORT_DIRECTORY": absolute(folder.path), "COHORT_LEARNER": name,
                "COHORT_LAUNCHED": "1",
            ]
            environment["COHORT_KEY"] = keys?.secretFile(of: name)
            var process = ProcessSpec(
                name: name, executable: "/bin/sh",
                arguments: ["-c", configuration[name]?.command ?? ""], environment: environment,
                isOptional: optional.contains(name))
            process.isShell = true
            return process
        }
    }

    /// Writes the plans of those teachers among some learners that are sent their samples, which
    /// they have in place of data.
    ///
    /// - Throws: what is wrong with the data here; ``DiskError``, ``HostError``.
    func writePlans(of names: [String], in stage: Int) async throws {
        let teachers = names.filter { configuration.isSentInputs($0, inStage: stage) }
        guard !teachers.isEmpty else { return }
        let assembler = try Assembler(configuration)
        for name in teachers {
            let folder = place(of: name, in: stage).learner(name)
            try folder.write(plan: assembler.learnerPlan(of: name, inStage: stage).json())
            try await remote?.send(folder.plan, to: name)
        }
    }

    private func absolute(_ path: String) -> String { URL(fileURLWithPath: path).path }
}

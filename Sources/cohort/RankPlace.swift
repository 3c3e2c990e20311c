import CohortGraph
import Experiment
import Foundation
import Launching
import Options
import Reporting

/// What sets one rank's processes apart from those of the other ranks of a run.
struct RankPlace {
    let environment: RankEnvironment

    var rank: Int { environment.rank }

    /// Where the launcher of this rank keeps its logs and what it configures its learners by: rank 0 in the
    /// run itself.
    func logs(in directory: RunDirectory) -> RunDirectory {
        rank == 0 ? directory : RunDirectory(path: "\(directory.path)/ranks/\(rank)")
    }

    /// Tells this rank's private folders from those of other ranks on the same host.
    func label(_ id: String) -> String { "\(id)-\(rank)" }

    /// The processors for this rank's learners.
    var processors: Int {
        environment.processors
            ?? ProcessInfo.processInfo.activeProcessorCount / max(1, environment.localSize ?? 1)
    }

    /// What learners find in their environment, by torchrun's names: for scripts that they call.
    var variables: [String: String] {
        [
            "RANK": environment.rank, "WORLD_SIZE": environment.size,
            "LOCAL_RANK": environment.localRank, "LOCAL_WORLD_SIZE": environment.localSize,
        ].compactMapValues { $0.map(String.init) }
    }

    /// Which of the learners run here, in the order of the file, in blocks of neighbours.
    ///
    /// - Throws: ``SettingError`` where there are more ranks than learners.
    func share(of learners: [String]) throws(SettingError) -> [String] {
        let (size, count) = (environment.size, learners.count)
        guard size <= count else {
            throw SettingError(
                "there are \(size) ranks for \(count) learners (\(learners.joined(separator: ", ")));"
                    + " start at most \(count) ranks, as by `srun --ntasks=\(count)`")
        }
        return Array(learners[rank * count / size..<(rank + 1) * count / size])
    }

    /// What of the configuration's exchange must be set for ranks on several hosts, where it says nothing
    /// of its own: tcp on all of this host's addresses, found by its name; by a master of this host,
    /// tcp that only this host reaches.
    func overrides(of exchange: ExchangeOptions) -> [String] {
        guard exchange.transport == .ipc else { return [] }
        guard environment.isOnOneHost else {
            let name = environment.node ?? ProcessInfo.processInfo.hostName
            return [
                "exchange.transport=tcp", "exchange.host=0.0.0.0", "exchange.advertise=\(name)",
            ]
        }
        return environment.master == nil ? [] : ["exchange.transport=tcp"]
    }
}

extension ExperimentConfiguration {
    /// The learners that launchers start, in the order of the file.
    var startedLearners: [String] {
        learners.filter { !$0.isExternal && $0.source == nil }.map(\.name)
    }
}

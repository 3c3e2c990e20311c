import CohortGraph
import Experiment
import Foundation
import Launching
import Options
import Reporting

/// The place of one rank among the ranks of a run: which learners it runs, on which processors, and
/// where it keeps its logs.
package struct RankPlace: Sendable {
    /// The rank, its host and its neighbours, as the scheduler gives them.
    package let environment: RankEnvironment

    /// A place in that environment.
    package init(environment: RankEnvironment) { self.environment = environment }

    /// The rank's number, from 0.
    package var rank: Int { environment.rank }

    /// The name of the rank's host.
    var hostName: String { environment.node ?? ProcessInfo.processInfo.hostName }

    /// Where the launcher of this rank keeps its logs and the configuration of its learners: rank 0
    /// in the run itself.
    package func logs(in directory: RunDirectory) -> RunDirectory {
        rank == 0 ? directory : RunDirectory(path: "\(directory.path)/ranks/\(rank)")
    }

    /// Distinguishes this rank's private folders from those of other ranks on the same host.
    func label(_ id: String) -> String { "\(id)-\(rank)" }

    /// The variables that learners get, by torchrun's names: for scripts that they call.
    package var variables: [String: String] {
        [
            "RANK": environment.rank, "WORLD_SIZE": environment.size,
            "LOCAL_RANK": environment.localRank, "LOCAL_WORLD_SIZE": environment.localSize,
        ].compactMapValues { $0.map(String.init) }
    }

    /// The learners that run here: a block of neighbours, in the order of the file.
    ///
    /// - Throws: ``SettingError`` where there are more ranks than learners.
    package func share(of learners: [String]) throws(SettingError) -> [String] {
        let (size, count) = (environment.size, learners.count)
        guard size <= count else {
            throw SettingError(
                "there are \(size) ranks for \(count) learners"
                    + " (\(learners.joined(separator: ", "))); start at most \(count) ranks, as by"
                    + " `srun --ntasks=\(count)`")
        }
        return Array(learners[rank * count / size..<(rank + 1) * count / size])
    }

    /// The learners of a configuration that run here.
    ///
    /// - Parameter names: the learners that were named for this rank; none for its share of all.
    /// - Throws: ``SettingError`` where the configuration cannot be divided so.
    package func learners(
        of configuration: ExperimentConfiguration, named names: [String]
    ) throws(SettingError) -> [String] {
        guard configuration.stages.count == 1 else {
            throw SettingError(
                "this configuration trains in \(configuration.stages.count) stages, and ranks train"
                    + " all learners at once: leave out `staged`, or train the teachers first by"
                    + " `cohort run`, and name their run as their weights")
        }
        let all = configuration.startedLearners
        if let stranger = names.first(where: { !all.contains($0) }) {
            throw SettingError(
                "--learner \(stranger): there is none of this name to start, only"
                    + " \(all.joined(separator: ", "))")
        }
        return names.isEmpty ? try share(of: all) : all.filter(names.contains)
    }

    /// The settings of the exchange that ranks on several hosts need, where the configuration sets
    /// none: tcp on all of this host's addresses, advertised by its name; with a master on this
    /// host, tcp that only this host reaches.
    package func overrides(of exchange: ExchangeOptions) -> [String] {
        guard exchange.transport == .ipc else { return [] }
        guard environment.isOnOneHost else {
            return [
                "exchange.transport=tcp", "exchange.host=\(NetworkAddress.any)",
                "exchange.advertise=\(hostName)",
            ]
        }
        return environment.master == nil ? [] : ["exchange.transport=tcp"]
    }
}

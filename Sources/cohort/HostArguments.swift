import ArgumentParser
import Experiment
import Foundation
import Launching
import Orchestration

/// The other hosts on which learners run, and how they are reached.
struct HostArguments: ParsableArguments {
    @Option(
        help: """
            Use the hosts of this file by ssh: lines such as `user@node[01-04]:22 slots=2 \
            role=student name=a addr=10.0.0.5 dir=cohort cohort=bin/cohort`.
            """, completion: .file())
    var hosts: String?

    @Option(
        name: .customLong("ssh-option"),
        help: "A setting for ssh, as its -o takes it; can be given several times.")
    var sshOptions: [String] = []

    @Option(help: "A configuration for ssh in place of the user's own.", completion: .file())
    var sshConfig: String?

    @Option(
        name: .customLong("env"),
        help: """
            A variable that learners get on their hosts, K or K=V; can be given several times. It \
            stands on command lines there, so give no secrets.
            """)
    var variables: [String] = []

    @Flag(help: "Copy this program and the configuration's data to hosts that lack them.")
    var copy = false

    func validate() throws {
        guard hosts == nil else { return }
        guard sshOptions.isEmpty, sshConfig == nil, variables.isEmpty, !copy else {
            throw ValidationError("--ssh-option, --ssh-config, --env and --copy go with --hosts")
        }
    }

    /// Reads a configuration; where other hosts take part, its exchange is one that reaches them,
    /// and secured unless it asks for a plain one by name.
    func load(_ path: String, overrides: [String]) throws -> ExperimentConfiguration {
        let text = try ConfigurationText(path)
        let configuration = try text.configuration(overrides: overrides, registries: .all)
        guard hosts != nil, configuration.exchange.isLocal else { return configuration }
        return try text.configuration(
            overrides: overrides + [
                "exchange.transport=tcp", "exchange.host=\(NetworkAddress.any)",
            ], registries: .all)
    }

    /// The hosts of the file; nil where none is named.
    func group() throws -> HostGroup? {
        guard let hosts else { return nil }
        let shell = SSH(
            options: sshOptions, configuration: sshConfig,
            environment: try RemoteEnvironment.forwarded(
                from: ProcessInfo.processInfo.environment, asked: variables))
        return HostGroup(file: try Hostfile(contentsOf: hosts), shell: shell, copies: copy)
    }
}

/// A list such as `models,journals`.
struct GatheredExtras: ExpressibleByArgument {
    let extras: Set<RemoteRun.Extra>

    init?(argument: String) {
        let words = argument.split(separator: ",", omittingEmptySubsequences: false)
        let known = words.compactMap { RemoteRun.Extra(rawValue: String($0)) }
        guard known.count == words.count else { return nil }
        extras = Set(known)
    }
}

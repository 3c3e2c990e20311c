import ArgumentParser
import Bytes
import Experiment
import Foundation
import Launching
import Orchestration
import Reporting

/// `cohort doctor`: examines whether a cohort can run on this host, or on others.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Examine whether a cohort can run here, or on the hosts of a file.",
        discussion: """
            Examines the processor, the limit of open files, the data of a configuration, ports, \
            disk and clock; with --hosts each of those hosts, all at the same time: whether ssh \
            reaches it, whether its program is of the same version and reads the same \
            configuration, and the rest. Ends with the exit code of the first problem: 65 damaged \
            data, 66 a file or the program is missing, 69 a host is not reached or an address \
            cannot be bound, 74 the disk, 76 another version, 78 a wrong configuration or \
            hostfile, or too few files and sockets.
            """)

    @Argument(
        help: "The configuration, a YAML file; - reads it from standard input.",
        completion: .file(extensions: ["yaml"]))
    var file: String?

    @Argument(help: "What to change of it.")
    var overrides: [String] = []

    @OptionGroup var hosts: HostArguments

    @Option(help: "Examine only the data of this learner; can be given several times.")
    var learner: [String] = []

    @Option(
        name: .customLong("awaiting"),
        help: "The weights of this learner are not there yet; can be given several times.")
    var awaiting: [String] = []

    @Option(help: "The address that learners would bind.")
    var bind: String?

    @Flag(help: "Print the result as JSON, for a launcher on another host.")
    var json = false

    func validate() throws {
        guard hosts.hosts == nil || !json && bind == nil && learner.isEmpty && awaiting.isEmpty
        else {
            throw ValidationError("--json, --bind, --learner and --awaiting are of one host")
        }
    }

    func run() async throws {
        try await reportingFailure {
            let configuration = try configuration()
            if let group = try hosts.group() { return try await examine(group, configuration) }
            let found = try Examination(
                of: configuration, learners: learner.isEmpty ? nil : Set(learner),
                awaiting: Set(awaiting), bind: bind,
                isOverSSH: json)
            if json {
                return try printResult(
                    String(decoding: try JSONEncoder().encode(found), as: UTF8.self) + "\n")
            }
            try printResult(found.text)
            if let problem = found.problem { throw processExit(problem.exitCode) }
        }
    }

    private func configuration() throws -> ExperimentConfiguration? {
        guard let file else { return nil }
        guard file == "-" else { return try hosts.load(file, overrides: overrides) }
        let text = String(
            decoding: try FileHandle.standardInput.readToEnd() ?? Data(), as: UTF8.self)
        return try ExperimentConfiguration(
            text: text, file: "standard input", name: "cohort", overrides: overrides,
            registries: .all)
    }

    private func examine(
        _ group: HostGroup, _ configuration: ExperimentConfiguration?
    ) async throws {
        let own = try Examination(asking: configuration)
        let reports = await group.examine(
            group.file.hosts, for: configuration, try configuration.map(group.placement), own: own)
        try printResult(reports.text(beside: own))
        if let problem = reports.compactMap(\.problem).first { throw processExit(problem.exitCode) }
    }
}

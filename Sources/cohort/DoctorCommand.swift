import ArgumentParser
import Bytes
import Experiment
import Foundation
import Launching
import Options
import Orchestration
import Reporting

/// `cohort doctor`: examines whether a cohort can run on this host, or on others.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Examine whether a cohort can run here, or on the hosts of a file.",
        discussion: """
            Examines this host within seconds, changes nothing, and says of each thing whether it \
            is ok, a warning or a failure, and what to do. With --hosts it examines each of those \
            hosts, all at the same time: whether ssh reaches it, whether its program is of the \
            same version and reads the same configuration, and the rest. Ends with the exit code \
            of the first failure: 65 damaged data, 66 a file or the program is missing, 69 a host \
            or a name is not reached or an address cannot be bound, 74 a disk, 76 another version, \
            78 a wrong configuration or hostfile, or too little memory, files or sockets.

            Examples:
              cohort doctor
              cohort doctor experiment.yaml
              cohort doctor experiment.yaml --hosts hosts.txt
            """)

    @Argument(
        help: "The configuration, a YAML file; - reads it from standard input.",
        completion: .file(extensions: ["yaml"]))
    var file: String?

    @Argument(help: "What to change of it.", completion: .settings)
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

    @Option(
        help: """
            Make only this check; can be given several times. The checks are \
            \(HealthChecks.all.map { $0.name }.joined(separator: ", ")).
            """)
    var only: [String] = []

    @Option(help: "A name at which a host of the run is reached; can be given several times.")
    var resolve: [String] = []

    @Flag(help: "Print the result as one line of JSON, for programs and launchers.")
    var json = false

    func validate() throws {
        guard hosts.hosts == nil || !json && bind == nil && learner.isEmpty && awaiting.isEmpty
        else {
            throw ValidationError("--json, --bind, --learner and --awaiting are of one host")
        }
        let known = HealthChecks.all.map { $0.name }
        if let unknown = only.first(where: { !known.contains($0) }) {
            throw ValidationError("--only \(unknown): \(nearest(to: unknown, among: known))")
        }
    }

    func run() async throws {
        try await reportingFailure {
            let configuration = try configuration()
            if let group = try hosts.group() { return try await examine(group, configuration) }
            var here = Surroundings(configuration)
            here.learners = learner.isEmpty ? nil : Set(learner)
            here.awaiting = Set(awaiting)
            here.names = resolve
            let found = try await Examination(
                of: here, only: only.isEmpty ? nil : only, bind: bind, isOverSSH: json)
            try printResult(
                json
                    ? String(decoding: try JSONEncoder().encode(found), as: UTF8.self) + "\n"
                    : found.text)
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
            group.file.hosts, for: configuration, try configuration.map(group.placement), own: own,
            only: only.isEmpty ? nil : only)
        try printResult(reports.text(beside: own))
        if let problem = reports.compactMap(\.problem).first { throw processExit(problem.exitCode) }
    }
}

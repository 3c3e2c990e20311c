import Bytes

/// Runs scripts and programs on other hosts by ssh.
public struct SSH: Hashable, Sendable {
    /// Settings as `-o` takes them, which come before the usual ones.
    public var options: [String]
    /// A file in place of the user's configuration.
    public var configuration: String?
    /// The variables that programs on other hosts get; see ``RemoteEnvironment``.
    public var environment: [String: String]

    /// What ssh itself exits with where it cannot reach a host.
    static let unreachable = ExitCode(rawValue: 255)

    /// Settings of ssh, with the variables that go along.
    public init(
        options: [String] = [], configuration: String? = nil, environment: [String: String] = [:]
    ) {
        self.options = options
        self.configuration = configuration
        self.environment = environment
    }

    /// No password can be entered, a host whose key is not known is refused, and a host that does
    /// not answer for 45 s is lost.
    private static let usual = [
        "BatchMode=yes", "ConnectTimeout=10", "ServerAliveInterval=15", "ServerAliveCountMax=3",
    ]

    /// The arguments of ssh that run a command on a host.
    func arguments(to host: RemoteHost, _ command: String, more: [String] = []) -> [String] {
        var words = ["-T"]
        if let configuration { words += ["-F", configuration] }
        for option in options + Self.usual + more { words += ["-o", option] }
        if let port = host.port { words += ["-p", "\(port)"] }
        if let user = host.user { words += ["-l", user] }
        return words + ["--", host.name, command]
    }

    /// A program on a host as a process of a plan: it ends when its standard input does.
    public func process(
        named name: String, on host: RemoteHost, _ arguments: [String], isOptional: Bool = false
    ) -> ProcessSpec {
        var script = RemoteScript(in: host, environment: environment)
        script.run([host.program] + arguments)
        script.exit()
        let mark = OutputMark()
        var process = ProcessSpec(
            name: name, executable: "/usr/bin/env",
            arguments: ["ssh"]
                + self.arguments(
                    to: host, script.command(around: mark), more: ["ConnectionAttempts=3"]),
            isOptional: isOptional)
        process.outputMark = mark
        process.host = "\(host)"
        return process
    }
}

/// The variables that go along to other hosts.
public enum RemoteEnvironment {
    /// Variables of these names go along; a secret should not, as it stands on command lines.
    public static let prefixes = ["COHORT_", "OMP_", "OPENBLAS_", "MALLOC_", "SWIFT_BACKTRACE"]

    /// The variables of `all` that go along, and those that are asked for as `K` or `K=V`.
    ///
    /// - Throws: ``HostError`` (64) for an invalid name, and for one that is not set here.
    public static func forwarded(
        from all: [String: String], asked: [String]
    ) throws(HostError) -> [String: String] {
        var chosen = all.filter { entry in
            prefixes.contains(where: entry.key.hasPrefix) && isName(entry.key)
        }
        for word in asked {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0])
            guard isName(name) else {
                throw HostError("--env \(word): '\(name)' is no variable's name", exitCode: .usage)
            }
            guard let value = parts.count == 2 ? String(parts[1]) : all[name] else {
                throw HostError(
                    "--env \(name): it is not set here; set it, or write --env \(name)=VALUE",
                    exitCode: .usage)
            }
            chosen[name] = value
        }
        return ProcessPlan.environment.merging(chosen) { $1 }
    }

    private static func isName(_ text: String) -> Bool {
        text.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]*/) != nil
    }
}

/// One process to start: its program, its arguments, its environment and its place.
public struct ProcessSpec: Hashable, Sendable {
    /// The name in messages: that of the learner or relay.
    public var name: String
    /// The path of the program, absolute or relative to `workingDirectory`.
    public var executable: String
    /// The name of the program in lists of processes; nil for `executable`.
    public var title: String?
    /// The arguments of the program.
    public var arguments: [String]
    /// Added to the launcher's own environment; replaces what has the same name there.
    public var environment: [String: String]
    /// The folder that the process starts in; nil for the launcher's own.
    public var workingDirectory: String?
    /// Whether the others go on without it when it is killed once more than it may be restarted.
    public var isOptional: Bool
    /// What stands around the output of the process itself, on both streams; nil where nothing
    /// does. What a login shell prints before and after is left out.
    var outputMark: OutputMark?
    /// The host on which ssh runs it, for messages; nil: this one. It is asked to stop by the end
    /// of its standard input, which ssh passes on; a signal would end ssh alone.
    public var host: String?
    /// Whether it is a shell, whose exit code 128 + N says that signal N ended its program.
    public var isShell = false

    /// A process on this host.
    public init(
        name: String, executable: String, arguments: [String] = [],
        environment: [String: String] = [:], workingDirectory: String? = nil,
        isOptional: Bool = false, title: String? = nil
    ) {
        self.title = title
        self.name = name
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.isOptional = isOptional
    }
}

/// The processes that run together: when one fails for good, all are stopped, unless it is one that
/// the others can do without.
public struct ProcessPlan: Hashable, Sendable {
    /// The processes, each with a name of its own.
    public var processes: [ProcessSpec]
    /// How long a process may take between TERM and KILL: long enough for a checkpoint.
    public var grace: Duration
    /// How often each process is started again that was killed, or that stopped with a checkpoint.
    public var restarts: Int
    /// How often ``ProcessEvent/tick`` is reported; nil for never.
    public var tick: Duration?
    /// Whether a further signal to the launcher has no effect, where it would kill what still runs:
    /// a scheduler may signal several times, and kills by itself in the end.
    public var ignoresRepeats: Bool

    /// The variables that every process gets, unless its own environment sets them: the OpenBLAS of
    /// a learner in Python stays on one thread, as the learners of a host share its processors.
    public static let environment = ["OPENBLAS_NUM_THREADS": "1"]

    /// - Precondition: no two processes have the same name.
    public init(
        _ processes: [ProcessSpec], grace: Duration = .seconds(10), restarts: Int = 0,
        ignoresRepeats: Bool = false
    ) {
        precondition(Set(processes.map(\.name)).count == processes.count)
        self.processes = processes
        self.grace = grace
        self.restarts = restarts
        self.ignoresRepeats = ignoresRepeats
    }
}

import Foundation

extension ProcessorAllowance {
    /// What this process may use.
    ///
    /// - Parameters:
    ///   - environment: the variables of this process.
    ///   - files: where `/proc` and `/sys` lie.
    ///   - processors: how many there are, where these files do not tell.
    public init(
        environment: [String: String] = ProcessInfo.processInfo.environment,
        files: SystemFiles = SystemFiles(),
        processors: Int = ProcessInfo.processInfo.processorCount
    ) {
        let online = Self.numbers(files.text("/sys/devices/system/cpu/online"))
        let count = online.map(\.count) ?? max(1, processors)
        self.init(shared: [.online(count)])
        // The list may name processors that the machine could have and does not.
        let listed = Self.numbers(files.value(of: "Cpus_allowed_list", in: "/proc/self/status"))
        let usable = online.flatMap { listed?.intersection($0).count } ?? listed?.count ?? count
        if usable > 0, usable < count { shared.append(.affinity(usable, of: count)) }
        if let quota = CPUQuota.strictest(files) { shared.append(.quota(quota)) }
        add(Self.schedulerVariable(environment), of: environment, as: .scheduler, to: \.shared)
        for name in Self.variables { add(name, of: environment, as: .variable, to: \.own) }
    }

    /// OpenMP's variables, which each process obeys: the first is a list with a number for each
    /// level of nested parallel regions, the second a limit of them all.
    private static let variables = ["OMP_NUM_THREADS", "OMP_THREAD_LIMIT"]

    /// The variable by which Slurm tells a process its processors.
    ///
    /// The script of a job with several tasks runs outside of them, and has all the processors that
    /// the job has on its host.
    private static func schedulerVariable(_ environment: [String: String]) -> String {
        let isScript = environment["SLURM_JOB_ID"] != nil && environment["SLURM_STEP_ID"] == nil
        return isScript && environment["SLURM_CPUS_ON_NODE"] != nil
            ? "SLURM_CPUS_ON_NODE" : "SLURM_CPUS_PER_TASK"
    }

    private mutating func add(
        _ name: String, of environment: [String: String], as kind: ProcessorBound.Kind,
        to bounds: WritableKeyPath<Self, [ProcessorBound]>
    ) {
        guard let text = environment[name]?.trimmingCharacters(in: .whitespaces), !text.isEmpty
        else { return }
        let first = text.prefix { $0 != "," }.trimmingCharacters(in: .whitespaces)
        guard let number = Int(first), number >= 1 else {
            remarks.append(
                "\(name) is '\(text)' in the environment, which is no number of threads, and is"
                    + " passed over: set it to a number from 1 on, or unset it")
            return
        }
        self[keyPath: bounds].append(ProcessorBound(kind, Double(number), "\(name)=\(text)"))
    }

    private static func numbers(_ text: String?) -> Set<Int>? {
        let numbers = text.flatMap {
            NumberList.numbers(of: $0.trimmingCharacters(in: .whitespacesAndNewlines))
        }
        return numbers?.isEmpty == false ? numbers : nil
    }
}

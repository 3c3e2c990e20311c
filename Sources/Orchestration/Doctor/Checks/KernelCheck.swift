import Limits

/// Settings of the kernel that a large cohort comes to.
enum KernelCheck: HealthCheck {
    static let name = "kernel"
    static let summary = "the kernel's limits of connections, processes and promised memory"

    /// Threads of a learner's process beside those that compute.
    private static let helpers = 8

    static func examine(_ here: Surroundings) -> [Examination.Finding] {
        let found = [connections(here), processes(here), promises(here)].compactMap(\.self)
        return found.isEmpty ? [.ok("its limits suffice")] : found
    }

    /// All learners connect to the rendezvous at the same time.
    private static func connections(_ here: Surroundings) -> Examination.Finding? {
        let file = "/proc/sys/net/core/somaxconn"
        let learners = here.configuration?.learners.count ?? 0
        guard let most = here.files.words(file).first.flatMap({ Int($0) }), most < learners
        else { return nil }
        return .warning(
            "\(most) connections may wait at a socket, and \(learners) learners join",
            remedy: "raise it, as by `sysctl -w net.core.somaxconn=4096`")
    }

    private static func processes(_ here: Surroundings) -> Examination.Finding? {
        let learners = here.together
        let threads = learners.map {
            (here.configuration?.threads(of: $0, among: learners, on: here.processors)
                .threads ?? 1) + helpers
        }.reduce(helpers, +)
        guard let most = SystemLimit.processes.soft(here.files), most < threads else { return nil }
        return .warning(
            "\(most) processes and threads are allowed, and the learners here take \(threads)",
            remedy: "raise it, as by `ulimit -u \(threads + 1000)`")
    }

    /// Where memory is promised strictly, what is asked for must be there.
    private static func promises(_ here: Surroundings) -> Examination.Finding? {
        guard here.files.words("/proc/sys/vm/overcommit_memory").first == "2" else { return nil }
        func bytes(_ key: String) -> Int? {
            here.files.value(of: key, in: "/proc/meminfo")
                .flatMap { Int($0.prefix { $0.isNumber }) }.map { $0 << 10 }
        }
        guard let limit = bytes("CommitLimit"), let used = bytes("Committed_AS") else { return nil }
        let needed = 2 * (here.needs ?? []).reduce(0) { $0 + $1.memory }
        guard limit - used < max(needed, 1 << 30) else { return nil }
        return .warning(
            "memory is promised strictly, and \(Size.words(max(0, limit - used))) can be",
            remedy: "`sysctl -w vm.overcommit_memory=0`, or raise vm.overcommit_ratio")
    }
}

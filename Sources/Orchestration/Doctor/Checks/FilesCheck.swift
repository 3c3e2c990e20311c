import ZeroMQ

/// The files and sockets that a process may have open.
enum FilesCheck: HealthCheck {
    static let name = "files"
    static let summary = "the files and sockets that a process may have open"

    static func examine(_ here: Surroundings) throws -> [Examination.Finding] {
        guard let allowed = SystemLimit.openFiles.hard(here.files) else {
            return [.ok("no limit is known")]
        }
        let needed = needed(here.configuration?.learners.count ?? 0)
        let value = "\(allowed) files and sockets; \(needed) are needed"
        guard allowed < needed else { return [.ok(value)] }
        return [
            .failure(
                value, remedy: "raise the limit, as by `ulimit -n \(needed)`",
                exitCode: .configuration)
        ]
    }

    /// A learner has its connections and those of strangers, a launcher its processes.
    private static func needed(_ learners: Int) -> Int {
        max(256 + 4 * learners, CohortLaunch.descriptors(for: learners))
    }
}

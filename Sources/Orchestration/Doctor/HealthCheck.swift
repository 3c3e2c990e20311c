import Bytes

/// One thing that `cohort doctor` examines. A new one is a file, and a line in ``HealthChecks``.
package protocol HealthCheck: Sendable {
    /// The word by which the table and `--only` name it.
    static var name: String { get }
    /// What it examines, in one line.
    static var summary: String { get }

    /// What it finds; nothing where it does not apply. It changes nothing, and leaves nothing
    /// behind.
    ///
    /// - Throws: what keeps a cohort from running here, as an ``ExitCodeError``.
    static func examine(_ here: Surroundings) async throws -> [Examination.Finding]
}

/// The checks that there are.
package enum HealthChecks {
    /// Each check, in the order of the table.
    package static let all: [any HealthCheck.Type] = [
        ProcessorCheck.self,
        ThreadsCheck.self,
        SpeedCheck.self,
        MemoryCheck.self,
        ZeroMQCheck.self,
        FilesCheck.self,
        KernelCheck.self,
        SignalsCheck.self,
        LocaleCheck.self,
        TemporaryCheck.self,
        DataCheck.self,
        PortsCheck.self,
        NamesCheck.self,
        DiskCheck.self,
        ClockCheck.self,
    ]

    /// The names of those that a launcher makes before it starts anything: without them a cohort
    /// may fail at once.
    package static let essential = ["files", "data", "ports", "disk"]

    /// Makes those checks whose names are given, all at the same time; nil makes all.
    static func examine(_ here: Surroundings, only names: [String]?) async -> [Examination.Finding]
    {
        let chosen = all.filter { names?.contains($0.name) ?? true }
        // The speed is measured by itself, as the others take processors.
        let measured = await findings(of: SpeedCheck.self, chosen, here)
        let others = await concurrently(chosen.filter { $0.name != SpeedCheck.name }) {
            await findings(of: $0, here)
        }
        let all = measured + others.flatMap(\.self)
        return chosen.flatMap { check in all.filter { $0.check == check.name } }
    }

    private static func findings(
        of check: any HealthCheck.Type, _ chosen: [any HealthCheck.Type], _ here: Surroundings
    ) async -> [Examination.Finding] {
        chosen.contains { $0.name == check.name } ? await findings(of: check, here) : []
    }

    private static func findings(
        of check: any HealthCheck.Type, _ here: Surroundings
    ) async -> [Examination.Finding] {
        var found: [Examination.Finding]
        do { found = try await check.examine(here) } catch {
            found = [.failure("\(error)", exitCode: ExitCode(of: error))]
        }
        for index in found.indices { found[index].check = check.name }
        return found
    }
}

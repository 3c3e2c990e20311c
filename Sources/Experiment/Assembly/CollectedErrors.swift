import Bytes
import Options

/// Collects errors of several kinds, so that all are reported together.
struct CollectedErrors {
    private var errors: [any Error] = []

    /// Does some work, and keeps the error that it ends by, if any.
    mutating func attempt(_ work: () throws -> Void) {
        do { try work() } catch { errors.append(error) }
    }

    /// Reports them.
    ///
    /// - Throws: the error where there is one; ``SettingError`` where all are of settings;
    ///   otherwise ``SeveralErrors``.
    func finish() throws {
        guard let first = errors.first else { return }
        guard errors.count > 1 else { throw first }
        var problems = SettingProblems()
        let settings = errors.compactMap { $0 as? SettingError }
        for error in settings { problems.note(error) }
        guard settings.count == errors.count else { throw SeveralErrors(errors) }
        try problems.finish()
    }
}

/// Errors of several kinds that belong to one configuration.
struct SeveralErrors: ExitCodeError, Hashable, CustomStringConvertible {
    /// That of the first error.
    let exitCode: ExitCode
    /// A line for each, each once.
    let description: String

    init(_ errors: [any Error]) {
        exitCode = errors.first.map { ExitCode(of: $0) } ?? .failure
        var lines: [String] = []
        for line in errors.map({ "\($0)" }) where !lines.contains(line) { lines.append(line) }
        description = lines.joined(separator: "\n")
    }
}

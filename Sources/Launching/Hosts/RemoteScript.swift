import Bytes

/// A script for a host's shell: commands that are run in the host's folder, every word quoted.
public struct RemoteScript: Hashable, Sendable {
    /// What a shell exits with where it finds no program.
    public static let noProgram = ExitCode(rawValue: 127)
    /// What a shell exits with where it finds a program but cannot run it.
    public static let notExecutable = ExitCode(rawValue: 126)

    /// For a POSIX shell, without line ends, which not every login shell passes on unchanged.
    public private(set) var text: String
    private let environment: [String: String]

    /// Begins in the host's folder.
    ///
    /// - Parameters:
    ///   - makesFolder: whether the folder is made where there is none.
    ///   - environment: for every ``run(_:)``.
    public init(
        in host: RemoteHost, makingFolder makesFolder: Bool = false,
        environment: [String: String] = [:]
    ) {
        let folder = Self.quoted(host.folder)
        text =
            (makesFolder ? "mkdir -p -- \(folder) && " : "")
            + "cd -- \(folder) || exit \(ExitCode.missingFile)"
        self.environment = environment
    }

    /// Runs a command; the script goes on whether it succeeds or fails.
    public mutating func run(_ words: [String]) { text += "; " + command(words) }

    /// Runs a command; the script ends with its code where it fails.
    public mutating func require(_ words: [String]) {
        text += "; " + command(words) + " || exit $?"
    }

    /// Runs a command in the shell's own syntax; the script ends with its code where it fails.
    public mutating func require(shell: String) { text += "; { \(shell); } || exit $?" }

    /// Ends with the code of the last command, 128+N where signal N ended it: the shell stays,
    /// since ssh itself would report that as if it had not reached the host.
    public mutating func exit() { text += "; exit $?" }

    private func command(_ words: [String]) -> String {
        let settings = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return ((settings.isEmpty ? [] : ["env"] + settings) + words).map(Self.quoted)
            .joined(separator: " ")
    }

    /// A word as a POSIX shell takes it literally.
    public static func quoted(_ word: String) -> String {
        "'" + word.replacing("'", with: "'\\''") + "'"
    }

    /// For the login shell, whichever it is: the script with marks around its output.
    func command(around mark: OutputMark) -> String {
        "exec sh -c " + Self.quoted(mark.around(text))
    }
}

import Foundation
import Options

/// The text of a configuration file, read once: a pipe gives it only once.
public struct ConfigurationText: Sendable {
    /// What the file is called in messages.
    public let file: String
    private let text: String
    private let title: String

    /// The most bytes of a configuration.
    private static let mostBytes = 16 << 20

    /// Reads a file, a pipe, or standard input (`-`) to its end.
    ///
    /// - Throws: ``ConfigurationError``: 66 where it cannot be read, 78 where it is no UTF-8 text.
    public init(_ path: String) throws(ConfigurationError) {
        let isStandardInput = path == "-"
        file = isStandardInput ? "standard input" : path
        title = Self.isPipe(path) ? "piped" : RunName.title(ofFile: path)
        let handle: FileHandle
        if isStandardInput {
            handle = .standardInput
        } else if let file = FileHandle(forReadingAtPath: HomePath.expanded(path)) {
            handle = file
        } else {
            let exists = FileManager.default.fileExists(atPath: path)
            throw ConfigurationError(
                unreadable:
                    "\(path): \(exists ? "the file cannot be read" : "there is no such file")")
        }
        text = try Self.text(of: handle, file)
    }

    /// The configuration with what the command line changes of it.
    ///
    /// - Throws: ``ConfigurationError`` where a setting cannot be used.
    public func configuration(
        overrides: [String] = [], registries: Registries
    ) throws(ConfigurationError) -> ExperimentConfiguration {
        do throws(SettingError) {
            return try configuration(of: overrides, registries)
        } catch {
            throw ConfigurationError(error)
        }
    }

    /// The configuration with each of several changes of it.
    ///
    /// - Throws: ``ConfigurationError`` with the mistakes of all.
    public func configurations(
        overrides changes: [[String]], registries: Registries
    ) throws(ConfigurationError) -> [ExperimentConfiguration] {
        var problems = SettingProblems()
        var found: [ExperimentConfiguration] = []
        for overrides in changes {
            let read = problems.attempt { () throws(SettingError) -> ExperimentConfiguration in
                try configuration(of: overrides, registries)
            }
            if let read { found.append(read) }
        }
        do throws(SettingError) { try problems.finish() } catch { throw ConfigurationError(error) }
        return found
    }

    private func configuration(
        of overrides: [String], _ registries: Registries
    ) throws(SettingError) -> ExperimentConfiguration {
        try ExperimentConfiguration(
            text: text, file: file, name: title, overrides: overrides, registries: registries)
    }

    /// Whether a path names standard input or another open file of this process, whose name says
    /// nothing.
    private static func isPipe(_ path: String) -> Bool {
        path == "-" || path == "/dev/stdin"
            || path.wholeMatch(of: /\/(dev|proc\/(self|[0-9]+))\/fd\/[0-9]+/) != nil
    }

    private static func text(
        of handle: FileHandle, _ file: String
    ) throws(ConfigurationError) -> String {
        var bytes: [UInt8] = []
        do {
            while bytes.count <= mostBytes, let more = try handle.read(upToCount: 1 << 20),
                !more.isEmpty
            {
                bytes += more
            }
        } catch {
            throw ConfigurationError(unreadable: "\(file): the file cannot be read")
        }
        guard bytes.count <= mostBytes else {
            throw ConfigurationError(
                SettingError("\(file): a configuration has \(mostBytes >> 20) MiB at most"))
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ConfigurationError(SettingError(Self.encoding(of: bytes), at: line(bytes, file)))
        }
        return text
    }

    /// What is wrong with bytes that are no UTF-8 text.
    private static func encoding(of bytes: [UInt8]) -> String {
        let isUTF16 = bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
        return "the file is \(isUTF16 ? "UTF-16" : "not UTF-8") text; save it as UTF-8"
    }

    /// The place of the first bytes that are no UTF-8.
    private static func line(_ bytes: [UInt8], _ file: String) -> SourcePosition {
        var number = 1
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            guard String(validating: line, as: UTF8.self) != nil else { break }
            number += 1
        }
        return SourcePosition(file: file, line: number)
    }
}

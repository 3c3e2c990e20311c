import Foundation
import Synchronization

/// A folder that one test has to itself.
final class Workplace {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/cohort-test-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// What a finished command left.
struct Finished {
    var exitCode: Int32
    var output: String
    var errors: String
}

/// The program that this build made, run as a process of its own.
struct Command {
    private let process = Process()
    private let output = Pipe()
    private let errors = Pipe()

    static let experiments = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("deploy/experiments").path

    init(_ arguments: [String], in place: Workplace) throws {
        process.executableURL = Self.folder.appendingPathComponent("cohort")
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: place.path)
        process.standardOutput = output
        process.standardError = errors
        process.standardInput = FileHandle.nullDevice
        try process.run()
    }

    /// Runs to the end.
    static func run(_ arguments: [String], in place: Workplace) throws -> Finished {
        try Command(arguments, in: place).finish()
    }

    var identifier: Int32 { process.processIdentifier }

    /// Reads standard error until a line satisfies `condition`; nil if it ends before.
    func errorLine(where condition: (String) -> Bool) throws -> String? {
        var text = ""
        while let bytes = try errors.fileHandleForReading.read(upToCount: 1), !bytes.isEmpty {
            let character = String(decoding: bytes, as: UTF8.self)
            guard character == "\n" else {
                text += character
                continue
            }
            if condition(text) { return text }
            text = ""
        }
        return nil
    }

    func finish() throws -> Finished {
        let errors = errors
        let complaints = Complaints()
        let reader = Thread { complaints.read(errors.fileHandleForReading) }
        reader.start()
        let output = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return Finished(
            exitCode: process.terminationReason == .exit
                ? process.terminationStatus : 128 + process.terminationStatus,
            output: String(decoding: output, as: UTF8.self), errors: complaints.text())
    }

    /// Where the build puts its products: the test bundle's own folder.
    private static var folder: URL {
        let bundle = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        let candidates = [
            bundle.deletingLastPathComponent(),
            URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .deletingLastPathComponent().deletingLastPathComponent()
                .appendingPathComponent(".build/release"),
        ]
        return candidates.first {
            FileManager.default.isExecutableFile(atPath: $0.appendingPathComponent("cohort").path)
        } ?? candidates[1]
    }
}

/// Gathers a stream on a thread of its own.
private final class Complaints: Sendable {
    private let ended = DispatchSemaphore(value: 0)
    private let data = Mutex(Data())

    func read(_ handle: FileHandle) {
        let all = (try? handle.readToEnd()) ?? Data()
        data.withLock { $0 = all }
        ended.signal()
    }

    /// The whole stream, once it has ended.
    func text() -> String {
        ended.wait()
        return String(decoding: data.withLock { $0 }, as: UTF8.self)
    }
}

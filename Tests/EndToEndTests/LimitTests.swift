import Bytes
import Foundation
import Testing

/// What a system allows too little of.
@Suite(.timeLimit(.minutes(1))) struct LimitTests {
    @Test(arguments: [(2, 60), (200, 1024)])
    func tooFewDescriptorsAreSaidBeforeAnythingStarts(learners: Int, allowed: Int) async throws {
        let place = try Workplace()
        let names = (1...learners).map { "l\($0)" }
        let lines = names.map { "  \($0): {model: mlp, options: {hidden: [4]}}" }
        let file = try place.write(
            """
            data: {set: digits}
            training: {steps: 5}
            learners:
            \(lines.joined(separator: "\n"))
            teaching:
              - mutual: [\(names.joined(separator: ", "))]
            """, to: "many.yaml")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = [
            "-c", "ulimit -n \(allowed); exec \"$0\" run \"$1\"", Cohort.program, file,
        ]
        process.currentDirectoryURL = URL(fileURLWithPath: place.path)
        let errors = Pipe()
        process.standardError = errors
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let complaint = String(
            decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == ExitCode.configuration.rawValue)
        #expect(complaint.contains("may have \(allowed) files and sockets open"), "\(complaint)")
        #expect(complaint.contains("ulimit -n"))
    }
}

import Foundation
import Testing

/// What a system allows too little of.
@Suite(.timeLimit(.minutes(1))) struct LimitTests {
    @Test func tooFewDescriptorsAreSaidBeforeAnythingStarts() async throws {
        let place = try Workplace()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = [
            "-c", "ulimit -n 60; exec \"$0\" run \"$1\"", Cohort.program, try place.pair(),
        ]
        process.currentDirectoryURL = URL(fileURLWithPath: place.path)
        let errors = Pipe()
        process.standardError = errors
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let complaint = String(
            decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 78)
        #expect(complaint.contains("may have 60 files and sockets open"), "\(complaint)")
        #expect(complaint.contains("ulimit -n"))
    }
}

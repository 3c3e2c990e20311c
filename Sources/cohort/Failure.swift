import ArgumentParser
import Bytes
import Foundation
import Kernels
import Reporting

/// Runs a command's work on a processor that can, and turns what it throws into a message on standard
/// error and the exit code that belongs to it.
func reportingFailure(_ work: () async throws -> Void) async throws {
    do {
        try checkProcessor()
        try await work()
    } catch let code as ArgumentParser.ExitCode {
        throw code
    } catch {
        complain("\(error)")
        throw processExit(exitCode(of: error))
    }
}

/// What the argument parser ends the process by.
func processExit(_ code: ExitCode) -> any Error { ArgumentParser.ExitCode(code.rawValue) }

/// Writes one line to standard error.
func complain(_ message: String) {
    // Where standard error is closed there is nobody to tell.
    try? FileHandle.standardError.write(contentsOf: Data("cohort: \(message)\n".utf8))
}

/// Writes a command's result to standard output.
///
/// - Throws: ``DiskError`` where it cannot be written: a result that is lost is a failure.
func show(_ text: String) throws {
    try LineOutput(.standardOutput, named: "standard output").write(text: text)
}

/// The project's exit codes, where the argument parser has a type of this name too.
typealias ExitCode = Bytes.ExitCode

/// What a process that ends by this error exits with.
func exitCode(of error: any Error) -> ExitCode {
    (error as? any ExitCodeError)?.exitCode ?? .failure
}

private func checkProcessor() throws {
    guard let problem = Processor.problem else { return }
    complain(problem.message)
    throw processExit(problem.isSetting ? .configuration : .failure)
}

import ArgumentParser
import Bytes
import Foundation
import Kernels
import Reporting

/// Runs a command's work on a processor that can run it, and turns an error into a message on
/// standard error and the exit code that belongs to it.
func reportingFailure(_ work: () async throws -> Void) async throws {
    do {
        try checkProcessor()
        try await work()
    } catch let code as ArgumentParser.ExitCode {
        throw code
    } catch {
        printNotice("\(error)")
        throw processExit(Bytes.ExitCode(of: error))
    }
}

/// The error by which the argument parser ends the process with an exit code.
func processExit(_ code: Bytes.ExitCode) -> any Error { ArgumentParser.ExitCode(code.rawValue) }

/// Writes one line to standard error: `cohort: ` and a message.
func printNotice(_ message: String) {
    // Where standard error is closed nobody would receive an error about that.
    try? FileHandle.standardError.write(contentsOf: Data("cohort: \(message)\n".utf8))
}

/// Writes a command's result to standard output.
///
/// - Throws: ``DiskError`` where it cannot be written: a result that is lost is a failure. Where
///   whoever read it has gone away, the process ends without a word, as by PIPE.
func printResult(_ text: String) throws {
    do { try LineOutput(.standardOutput, named: "standard output").write(text: text) } catch
        where error.isOfMissingReader
    {
        throw processExit(.signal(SIGPIPE))
    }
}

/// Writes a command's result to a file, which is then whole, or to standard output where none is
/// named.
///
/// - Throws: ``DiskError`` where it cannot be written.
func printResult(_ text: String, to path: String?) throws {
    guard let path else { return try printResult(text) }
    try Files.replace(path, with: Data(text.utf8))
}

/// Writes the table of a run, which has ended well whoever reads it.
///
/// - Throws: ``DiskError`` where the file that it is to go into cannot be written.
func printTable(_ text: String) throws {
    do { try LineOutput(.standardOutput, named: "standard output").write(text: text) } catch
        where error.isOfMissingReader
    {
        printNotice("nobody reads the table any more; summary.json of the run holds it")
    }
}

private func checkProcessor() throws {
    guard let problem = Processor.problem else { return }
    printNotice(problem.message)
    throw processExit(problem.isSetting ? .configuration : .failure)
}

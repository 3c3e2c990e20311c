import ArgumentParser
import Datasets
import Exchange
import Experiment
import Foundation
import Kernels
import Launching
import NeuralNetwork
import Options
import Reporting
import Training
import ZeroMQ

/// Runs a command's work on a processor that can, and turns what it throws into a message on standard
/// error and the exit code that belongs to it.
func reportingFailure(_ work: () async throws -> Void) async throws {
    do {
        try checkProcessor()
        try await work()
    } catch let code as ExitCode {
        throw code
    } catch {
        complain("\(error)")
        throw ExitCode(exitCode(of: error))
    }
}

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

/// What a process that ends by this error exits with.
func exitCode(of error: any Error) -> Int32 {
    switch error {
    case is SettingError, is RankError: 78
    case let error as RankFailure: error.exitCode
    case let error as ConfigurationError: error.exitCode
    case let error as LaunchFailure: error.exitCode
    case let error as DatasetError: error.exitCode
    case let error as DiskError: error.exitCode
    case let error as ExchangeFailure: error.exitCode
    case let error as HostError: error.exitCode
    case is SafeTensorsError: 65
    case is TooFewDescriptors: 78
    case let error as Interruption: error.exitCode
    default: 70
    }
}

private func checkProcessor() throws {
    guard let problem = Processor.problem else { return }
    complain(problem.message)
    throw ExitCode(problem.isSetting ? 78 : 70)
}

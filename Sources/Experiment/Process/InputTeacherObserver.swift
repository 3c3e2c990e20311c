import Bytes
import Exchange
import Foundation
import Limits
import NeuralNetwork
import Options
import Reporting
import Training

/// How many steps a teacher that is sent its samples has answered, as its folder holds it.
struct ServedSteps {
    private struct Form: Codable {
        var step: Int
        var weights: String
    }

    /// The step from which it goes on, where its journal does not reach further.
    let step: Int
    private let path: String
    private let weights: String

    /// Reads what an earlier start left.
    ///
    /// - Parameter weights: the digest of the teacher's weights.
    /// - Throws: ``DiskError`` or ``SettingError`` where something is there and must not be, or
    ///   nothing is there and must be, or it is of other weights.
    init(_ folder: LearnerDirectory, of weights: String, _ resume: Resume) throws {
        path = "\(folder.path)/served.json"
        self.weights = weights
        guard FileManager.default.fileExists(atPath: path) else {
            guard resume != .must else {
                throw DiskError(
                    "read", path, "there is nothing to resume from, and --resume must asks for it",
                    exitCode: .missingFile)
            }
            step = 0
            return
        }
        guard resume != .never else {
            throw SettingError(
                "\(folder.path) holds what an earlier start left, and --resume never begins anew:"
                    + " name another directory, or resume")
        }
        guard let form = try? JSONDecoder().decode(Form.self, from: try Files.read(path)) else {
            throw DiskError(
                "read", path, "it holds no number of steps", exitCode: .corruptData)
        }
        guard form.weights == weights else {
            throw SettingError(
                "\(folder.path) was begun with other weights: resume with those that it was begun"
                    + " with, or take another directory")
        }
        step = form.step
    }

    /// Writes the step down for good.
    func write(_ step: Int) throws {
        guard let data = try? JSONEncoder().encode(Form(step: step, weights: weights)) else {
            preconditionFailure("a number and a digest have a JSON form")
        }
        try Files.replace(path, with: data)
    }
}

/// Writes the reports of a teacher that is sent its samples, and where it goes on.
struct InputTeacherObserver: NodeObserver {
    let model: Model
    let title: String
    let threads: ThreadShare
    let reporter: SharedReporter
    let journal: JournalWriter
    let exchange: any KnowledgeExchange
    let progress: ServedSteps
    /// Steps after which it announces what it needs no more.
    let every: Int
    private let start = ContinuousClock.now

    func begins(_ program: any NodeProgram) throws {
        guard let program = program as? InputTeacherProgram else { return }
        try progress.write(program.step)
        try reporter.report(
            .start(
                StartReport(
                    model: title, parameters: model.parameterCount, threads: threads.threads,
                    threadsReason: threads.reason,
                    weightsSHA256: program.result?.state.digest ?? "", step: program.step,
                    totalSteps: program.stepCount)))
    }

    func stepped(_ program: any NodeProgram, isRequested: Bool) throws {
        guard let program = program as? InputTeacherProgram,
            isRequested || program.isDone || program.step.isMultiple(of: every)
        else { return }
        try save(program)
        try exchange.checkpointed(oldest: program.firstNeeded, newest: program.firstNeeded)
    }

    func ended(_ program: any NodeProgram) throws {
        try reporter.report(.end(end(of: program)))
    }

    func interrupted(_ program: any NodeProgram) throws {
        if let program = program as? InputTeacherProgram { try save(program) }
    }

    func failed(_ program: any NodeProgram, by error: any Error) {
        // The error itself ends the process, also where it cannot be reported.
        try? reporter.report(.end(end(of: program, failing: error)))
    }

    /// The journal must last as long as what says that it reaches so far.
    private func save(_ program: InputTeacherProgram) throws {
        try journal.flush()
        try progress.write(program.step)
    }

    private func end(
        of program: any NodeProgram, failing error: (any Error)? = nil
    ) -> EndReport {
        EndReport(
            step: (program as? InputTeacherProgram)?.step ?? 0,
            seconds: (ContinuousClock.now - start) / .seconds(1), testAccuracy: nil,
            peakMemory: ResidentMemory.peak(),
            weightsSHA256: program.result?.state.digest ?? "",
            exitCode: error.map(ExitCode.init(of:)) ?? .success, reason: error.map { "\($0)" },
            departed: (error as? ExchangeFailure)?.departed)
    }
}

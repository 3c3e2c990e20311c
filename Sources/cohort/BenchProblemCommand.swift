import ArgumentParser
import Benchmarks
import Bytes
import Foundation
import NeuralNetwork
import Reporting

/// `cohort bench problem`: a training step for another program to repeat.
struct BenchProblemCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "problem",
        abstract: "Write down the step that is measured, for another program to repeat.",
        discussion: """
            FOLDER receives model.safetensors, the initial weights, and batch.safetensors: \
            `input`, `labels`, and the `losses` of the first steps.

            Examples:
              cohort bench problem --model resnet8 folder
            """)

    @OptionGroup var arguments: BenchArguments

    @Option(help: "How many steps' losses to write.")
    var steps = 3

    @Argument(help: "An existing folder.", completion: .directory)
    var folder: String

    func validate() throws {
        guard steps >= 1 else { throw ValidationError("--steps is at least 1") }
    }

    func run() async throws {
        try await reportingFailure {
            for (name, file) in try arguments.problem().files(steps: steps) {
                let url = URL(fileURLWithPath: folder).appendingPathComponent(name)
                do {
                    try file.write(to: url)
                } catch {
                    throw DiskError("write", url.path, error)
                }
            }
        }
    }
}

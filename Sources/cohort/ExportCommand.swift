import ArgumentParser
import Experiment
import NeuralNetwork
import Reporting

/// `cohort export`: writes a learner's model for other programs.
struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write a learner's model for other programs: as ONNX, or for PyTorch.",
        discussion: """
            RUN/LEARNER is a run directory and a learner's name, such as \
            runs/digits-private/latest/a. Its newest weights are written.

            Examples:
              cohort export runs/digits-private/latest/a --onnx a.onnx --softmax
              cohort export runs/digits-private/latest/a --safetensors a
            """)

    @Argument(help: "The run directory and the learner: RUN/LEARNER.", completion: .runLearners)
    var learner: String

    @Option(help: "Write this ONNX file.", completion: .file(extensions: ["onnx"]))
    var onnx: String?

    @Option(
        help: "Write model.safetensors, under PyTorch's names, and config.json to this folder.",
        completion: .directory)
    var safetensors: String?

    @Option(help: "The ONNX file ends at this early exit, 1 the shallowest, or 'mean' of all.")
    var exit: ModelOutput?

    @Flag(help: "Write the moving average of the weights, of a learner that stores one.")
    var average = false

    @Flag(help: "Write the weights of the best evaluation, of a learner that keeps them.")
    var best = false

    @Flag(help: "The ONNX file gives probabilities in place of logits.")
    var softmax = false

    @Flag(help: "The ONNX file takes pixels as they are stored, and normalizes them itself.")
    var normalize = false

    func validate() throws {
        guard KeptWeights(average: average, best: best) != nil else {
            throw ValidationError("--average and --best name different weights; leave one out")
        }
        guard onnx != nil || safetensors != nil else {
            throw ValidationError("name what to write: --onnx FILE, --safetensors FOLDER or both")
        }
        guard onnx != nil || !(softmax || normalize || exit != nil) else {
            throw ValidationError("--softmax, --normalize and --exit belong to --onnx")
        }
    }

    func run() async throws {
        try await reportingFailure {
            let export = try ModelExport(
                LearnerReference(learner),
                kept: KeptWeights(average: average, best: best) ?? .newest)
            if let onnx {
                let bytes = try export.writeONNX(
                    to: onnx, output: exit ?? .last, isSoftmax: softmax, isScaled: normalize)
                printNotice("wrote \(onnx): \(bytes) bytes")
            }
            if let safetensors {
                for file in try export.writeSafeTensors(to: safetensors) {
                    printNotice("wrote \(file.path): \(file.bytes) bytes")
                }
                printNotice("wrote \(safetensors)/config.json")
            }
            if let saving = export.savingInWords { printNotice("weights alone: \(saving)") }
        }
    }
}

import ArgumentParser
import Experiment
import Foundation
import Reporting

/// `cohort generate`: has a generator make samples, or a language model write text.
struct GenerateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate",
        abstract: "Have a generator of a run make samples, or a language model write text.",
        discussion: """
            RUN/LEARNER is a run directory and the name of a generator, such as \
            runs/data-free/latest/g, or of a language model. Its newest weights make the samples or \
            the text; the same seed makes the same.

            Examples:
              cohort generate runs/data-free/latest/g --sheet made.png
              cohort generate runs/language/latest/a --prompt "Once upon" --temperature 0.8
            """)

    @Argument(
        help: "The run directory and the generator or language model: RUN/LEARNER.",
        completion: .runLearners)
    var generator: String

    @OptionGroup var text: TextArguments

    @Option(
        help: """
            How many samples or texts are made; by default 100, or all that a generator keeps, and \
            one text of --prompt.
            """)
    var count: Int?

    @Option(help: "Determines the random numbers of which they are made; by default 0.")
    var seed: UInt64?

    @Option(
        help: "Write a picture of the first of them to this PNG file.",
        completion: .file(extensions: ["png"]))
    var sheet: String?

    @Option(
        help: "Write them to this NumPy file, which the data set npy reads.",
        completion: .file(extensions: ["npy"]))
    var samples: String?

    @Option(
        help: "Write the classes that --teacher takes them for to this NumPy file.",
        completion: .file(extensions: ["npy"]))
    var labels: String?

    @Option(
        help: "A learner of a run that names the classes: RUN/LEARNER.", completion: .runLearners)
    var teacher: String?

    @Option(
        help: "Another generator: say how far its samples of the same numbers are from these.",
        completion: .directory)
    var beside: String?

    func validate() throws {
        let makesSamples = sheet != nil || samples != nil || labels != nil || beside != nil
        guard makesSamples || text.areGiven else {
            throw ValidationError(
                "name what to write: --sheet, --samples or --labels FILE, or --beside RUN/LEARNER, of"
                    + " a generator; --prompt TEXT or --texts FOLDER of a language model")
        }
        guard !makesSamples || !text.areGiven else {
            throw ValidationError(
                "--prompt and --texts are of a language model, and make no --sheet, --samples,"
                    + " --labels or comparison")
        }
        guard (labels == nil) == (teacher == nil) else {
            throw ValidationError("--labels and --teacher belong together: name both")
        }
        guard 1...1_000_000 ~= count ?? 1 else { throw ValidationError("--count is 1 to 1000000") }
    }

    func run() async throws {
        try await reportingFailure {
            guard !text.areGiven else {
                return try text.write(by: LearnerReference(generator), count: count, seed: seed)
            }
            let made = try GeneratedSamples(LearnerReference(generator), count: count, seed: seed)
            if let beside {
                let other = try GeneratedSamples(
                    LearnerReference(beside), count: count, seed: seed)
                let (absolute, square) = try made.distance(from: other)
                try printResult(
                    "mean absolute difference \(Self.text(absolute)), mean square"
                        + " \(Self.text(square)), of \(made.count) samples\n")
            }
            if let sheet {
                try made.writeSheet(to: sheet)
                printNotice("wrote \(sheet)")
            }
            if let samples {
                try made.write(to: samples)
                printNotice("wrote \(samples): \(made.count) samples")
            }
            if let labels, let teacher {
                try made.writeLabels(by: LearnerReference(teacher), to: labels)
                printNotice("wrote \(labels): \(made.count) classes")
            }
        }
    }

    private static func text(_ number: Double) -> String { String(format: "%.4g", number) }
}

import Bytes
import Foundation

/// The result of a run: `summary.json`.
public struct Summary: Codable, Hashable, Sendable {
    /// The run's identifier.
    public var run: String
    /// The experiment's name.
    public var name: String
    /// The run's seed.
    public var seed: UInt64
    /// The digest of the resolved configuration, equal in all learners, in hexadecimal.
    public var configurationDigest: String
    /// How long the run took.
    public var seconds: Double
    /// What the launcher ended with.
    public var exitCode: ExitCode
    /// By their names.
    public var learners: [String: LearnerSummary]
    /// In 0...1, after the last epoch; nil where there was no ensemble.
    public var ensembleAccuracy: Double?

    /// The result of a run.
    public init(
        run: String, name: String, seed: UInt64, configurationDigest: String, seconds: Double,
        exitCode: ExitCode = .success, learners: [String: LearnerSummary],
        ensembleAccuracy: Double? = nil
    ) {
        self.run = run
        self.name = name
        self.seed = seed
        self.configurationDigest = configurationDigest
        self.seconds = seconds
        self.exitCode = exitCode
        self.learners = learners
        self.ensembleAccuracy = ensembleAccuracy
    }

    enum CodingKeys: String, CodingKey {
        case run, name, seed, seconds, learners
        case configurationDigest = "configuration_digest"
        case exitCode = "exit_code"
        case ensembleAccuracy = "ensemble_accuracy"
    }
}

/// The result of one learner. Accuracies lie in 0...1.
public struct LearnerSummary: Codable, Hashable, Sendable {
    /// The name of its model.
    public var model: String
    /// How many numbers the model learns.
    public var parameters: Int
    /// How many steps were done.
    public var steps: Int
    /// On the test samples; nil where the learner ended before it was tested.
    public var testAccuracy: Double?
    /// Of a model that predicts text; nil for others.
    public var text: TextScore?
    /// The test accuracy of each early exit, by its name, and of the mean of all exits, `mean`; nil
    /// for a model without.
    public var exitAccuracies: [String: Double]?
    /// The test accuracy of each moving average of the weights, by its name; nil where there is
    /// none.
    public var averageAccuracies: [String: Double]?
    /// The accuracy of the same student trained alone; nil where it was not.
    public var aloneTestAccuracy: Double?
    /// As ``text``, of the same student trained alone.
    public var aloneText: TextScore?
    /// The SHA-256 of the final weights, in hexadecimal.
    public var weightsSHA256: String?
    /// What the private votes of each teaching term have spent, as far as it may be published; nil
    /// where none are counted.
    public var privacy: [String: PrivacyReport]?
    /// How well the learner does the tasks that it met; nil where its samples are one task.
    public var tasks: TaskReport?

    /// The result of a learner.
    public init(
        model: String, parameters: Int, steps: Int, testAccuracy: Double?,
        text: TextScore? = nil, exitAccuracies: [String: Double]? = nil,
        averageAccuracies: [String: Double]? = nil, aloneTestAccuracy: Double? = nil,
        aloneText: TextScore? = nil, weightsSHA256: String? = nil,
        privacy: [String: PrivacyReport]? = nil, tasks: TaskReport? = nil
    ) {
        self.model = model
        self.parameters = parameters
        self.steps = steps
        self.testAccuracy = testAccuracy
        self.text = text
        self.aloneText = aloneText
        self.exitAccuracies = exitAccuracies
        self.averageAccuracies = averageAccuracies
        self.aloneTestAccuracy = aloneTestAccuracy
        self.weightsSHA256 = weightsSHA256
        self.privacy = privacy
        self.tasks = tasks
    }

    enum CodingKeys: String, CodingKey {
        case model, parameters, steps, text, privacy, tasks
        case testAccuracy = "test_accuracy"
        case exitAccuracies = "exit_accuracies"
        case averageAccuracies = "average_accuracies"
        case aloneTestAccuracy = "alone_test_accuracy"
        case aloneText = "alone_text"
        case weightsSHA256 = "weights_sha256"
    }
}

extension Summary {
    /// Writes the file whole or not at all.
    ///
    /// - Precondition: its numbers are finite.
    /// - Throws: ``DiskError``.
    public func write(to path: String) throws(DiskError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(self) else {
            preconditionFailure("a summary's numbers are finite")
        }
        try Files.replace(path, with: data + Data("\n".utf8))
    }

    /// Reads the file.
    ///
    /// - Throws: ``DiskError``: 66 where the file is missing, 65 where it is no summary.
    public static func read(from path: String) throws(DiskError) -> Summary {
        let data = try Files.read(path)
        do {
            return try JSONDecoder().decode(Summary.self, from: data)
        } catch {
            throw DiskError("read", path, "it is no summary: \(error)", exitCode: .corruptData)
        }
    }
}

import Foundation
import Testing

/// A line of `cohort predict --format json`.
struct Prediction: Decodable {
    struct Probability: Decodable {
        var `class`: String
        var probability: Double
    }

    var sample: String
    var label: String?
    var `class`: String
    var probabilities: [Probability]

    /// The logarithms of the probabilities, by class.
    var logarithms: [String: Double] {
        Dictionary(uniqueKeysWithValues: probabilities.map { ($0.class, log($0.probability)) })
    }
}

extension Workplace {
    /// What `cohort predict` prints for some arguments, a line for each sample.
    func predictions(_ arguments: String...) async throws -> [Prediction] {
        let finished = try await Cohort.run(
            ["predict"] + arguments + ["--format", "json"], in: self)
        try #require(finished.exitCode == .success, "\(finished.complaint)")
        return try finished.output.map {
            try JSONDecoder().decode(Prediction.self, from: Data($0.utf8))
        }
    }
}

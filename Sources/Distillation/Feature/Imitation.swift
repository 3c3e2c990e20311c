import CohortGraph
import NeuralNetwork
import Options

/// *Graph Distillation for Action Detection with Privileged Modalities* (Luo et al. 2018): the
/// imitation loss of an edge, of logits z and a representation r.
///
///     10 · (1 − cos(z_s, z_t)) + 1 · (1 − cos(r_s, r_t)), averaged over samples
///
/// Its taps are the logits and one activation: `taps: {from: [logits, features]}`. Widths of both
/// sides must be equal.
struct Imitation: SampleLoss, Configurable {
    static let name = "imitation"
    static let summary = "cosine distances of logits and a representation (Luo et al. 2018)"

    private let weights: [Float]
    private(set) var partWidths: [Int] = []

    var summary: Summary { .maps }
    var tapCount: Int { 2 }

    /// Reads the weights of both distances.
    init(options: inout OptionReader) {
        let logits = options.value(
            "logits", default: 10.0, in: 0...1e6, help: "the weight of the first tap's distance")
        let features = options.value(
            "features", default: 1.0, in: 0...1e6, help: "the weight of the second tap's distance")
        weights = [Float(logits), Float(features)]
    }

    mutating func fit(student: [Model.Tap], teachers: [[Model.Tap]]) {
        partWidths = student.map { $0.shape.reduce(1, *) }
    }

    func distances(_ student: Variable, _ teacher: Tensor) -> Variable {
        let own = student.split(intoColumns: partWidths)
        let others = Variable(teacher).split(intoColumns: partWidths)
        let parts = zip(zip(own, others), weights).map { sides, weight in
            (1 - sides.0.cosines(with: sides.1)) * weight
        }
        return parts[0] + parts[1]
    }
}

extension Variable {
    /// The cosine of each row with the same row of another, N×1.
    fileprivate func cosines(with other: Variable) -> Variable {
        (normalizedRows() * other.normalizedRows()).sum(along: [1])
    }

    fileprivate static func - (number: Float, x: Variable) -> Variable { -x + number }
}

import CohortGraph
import NeuralNetwork
import Options

/// A loss that compares activations of sequences, one or several of each side.
protocol SequenceLoss: DistillationLoss {
    /// The shapes of the activations, known once they were fitted.
    var shapes: SequenceLevels { get set }
}

extension SequenceLoss {
    /// The activations as they are.
    var summary: Summary { .maps }

    /// Keeps the shapes.
    mutating func fit(student: [Model.Tap], teachers: [[Model.Tap]]) {
        shapes = SequenceLevels(student: student, teachers: teachers)
    }
}

extension OptionReader {
    /// How many activations of each side are compared.
    mutating func levels() -> Int {
        value("levels", default: 1, in: 1...256, help: "taps of each side, the deepest last")
    }
}

import NeuralNetwork
import Options

/// What a generator minimises, of what other nodes show of the samples that it made.
///
/// Gradients flow into everything that is shown, and from there into the samples: no side is a
/// constant here. The parameters of the nodes are not this loss's to train.
public protocol GeneratorLoss: Sendable {
    /// What each node shows.
    var summary: Summary { get }

    /// How many nodes it compares: `1...1` for a teacher or the samples alone, from 2 on for a
    /// teacher and then its students.
    var nodes: ClosedRange<Int> { get }

    /// The scalar.
    ///
    /// - Parameter shown: the summaries N×… of the nodes, the teacher first, all of them variables
    ///   of one tape.
    /// - Precondition: there are as many as ``nodes`` allows, of one shape.
    func callAsFunction(_ shown: [Variable]) -> Variable
}

/// The generator losses that configuration can name.
public enum GeneratorLosses {
    /// A new loss is its file and a line here; the law tests then cover it.
    public static let registry = Registry<any GeneratorLoss>(
        kind: "generator loss",
        [
            OneHotSamples.self,
            InformationEntropy.self,
            TeacherActivation.self,
            Disagreement.self,
            AssignedClasses.self,
            RunningMoments.self,
            SamplePrior.self,
            PixelDistance.self,
        ])
}

extension GeneratorLoss {
    /// The only summary that a loss of a teacher alone is given.
    func teacher(_ shown: [Variable]) -> Variable {
        precondition(shown.count == 1, "one teacher, not \(shown.count) nodes")
        return shown[0]
    }
}

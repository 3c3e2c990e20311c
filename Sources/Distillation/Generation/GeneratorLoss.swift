import NeuralNetwork
import Options

/// What a generator minimises, of what other nodes show of the samples that it made.
///
/// Gradients flow into everything that is shown, and from there into the samples: no side is a
/// constant here, unless a loss says so. The parameters of the nodes are not this loss's to train.
public protocol GeneratorLoss: Sendable {
    /// What each node shows.
    var summary: Summary { get }

    /// How many nodes it compares: `1...1` for a teacher or the samples alone, from 2 on for a
    /// teacher and then its students.
    var nodes: ClosedRange<Int> { get }

    /// The two views of each sample that it compares; nil for one that takes samples as they are,
    /// which is then shown the first view alone.
    var views: SampleViews? { get }

    /// How what it learns is trained; nil as the generator is.
    var ownTraining: OwnTraining? { get }

    /// Declares what the loss learns itself, and a bank for what it remembers of finished batches.
    ///
    /// - Parameter shown: the shape of what a node shows of a batch.
    /// - Throws: ``SettingError`` where it cannot compare that.
    mutating func prepare(shown: [Int], in builder: inout ModelBuilder) throws(SettingError)

    /// What is added to its bank when a batch is finished; nil for a loss without one.
    func memory(of shown: [Variable]) -> Tensor?

    /// The scalar.
    ///
    /// - Parameter shown: the summaries N×… of the nodes, the teacher first, all of them variables
    ///   of one tape.
    /// - Precondition: there are as many as ``nodes`` allows, of one shape.
    func callAsFunction(_ shown: [Variable], _ context: GuideContext) -> Variable
}

extension GeneratorLoss {
    /// None.
    public var views: SampleViews? { nil }
    /// As the generator.
    public var ownTraining: OwnTraining? { nil }
    /// Learns nothing.
    public mutating func prepare(
        shown: [Int], in builder: inout ModelBuilder
    ) throws(SettingError) {}
    /// Remembers nothing.
    public func memory(of shown: [Variable]) -> Tensor? { nil }

    /// The only summary that a loss of a teacher alone is given.
    func teacher(_ shown: [Variable]) -> Variable {
        precondition(shown.count == 1, "one teacher, not \(shown.count) nodes")
        return shown[0]
    }
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
            ViewContrast.self,
        ])
}

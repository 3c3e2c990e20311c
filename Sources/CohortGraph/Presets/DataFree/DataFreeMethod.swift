import Options

/// How a generator learns to make the samples of a distillation without data: by what it is
/// guided, and which steps are its own and which the students'.
package protocol DataFreeMethod: Sendable {
    /// The name, in the registry of losses, of what draws the students to the teacher where the
    /// configuration names none.
    var studentLoss: String { get }
    /// What the generator minimises.
    var guides: [Guide] { get }
    /// The steps at which the students learn; nil for all.
    var studentTurn: WeightSchedule.Turn? { get }
    /// The steps at which the generator learns; nil for all.
    var generatorTurn: WeightSchedule.Turn? { get }
}

extension DataFreeMethod {
    package var studentTurn: WeightSchedule.Turn? { nil }
    package var generatorTurn: WeightSchedule.Turn? { nil }
}

/// One term of what a generator minimises.
package struct Guide: Sendable {
    /// In the registry of generator losses, with its options.
    var loss: String
    var options: Setting?
    var weight: Double
    /// What it looks at.
    var sees = Sight.teacher
    /// The place in the teacher's model whose activation it takes; nil for the logits.
    var tap: String?
}

extension Guide {
    /// What a guide looks at.
    enum Sight: Sendable {
        /// What the teacher computes of the samples.
        case teacher
        /// What the teacher computes, and what the students do.
        case teacherAndStudents
        /// The samples themselves.
        case samples
    }
}

/// The methods that `data-free` can name.
package enum DataFreeMethods {
    /// A new method is its file and a line here.
    package static let registry = Registry<any DataFreeMethod>(
        kind: "method",
        [
            CertainSamples.self,
            AdversarialBelief.self,
            AdversarialDistance.self,
            InvertedStatistics.self,
            ContrastiveInversion.self,
        ])
}

extension OptionReader {
    /// The weight of a guide.
    mutating func guideWeight(_ key: String, default usual: Double, help: String) -> Double {
        value(key, default: usual, in: 0...1e6, help: help)
    }
}

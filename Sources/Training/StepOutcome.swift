import Distillation
import NeuralNetwork
import Reporting

/// What one step found, beside the state that it leaves.
struct StepOutcome {
    var state: LearnerState
    /// The cross-entropy on the learner's own labels, in nats.
    var taskLoss = 0.0
    /// The whole loss: the weighted task loss and every teaching term.
    var totalLoss = 0.0
    /// How many of the own samples were named right, and how many there were.
    var correct = 0
    var samples: Int
    /// What each teaching term adds to the loss.
    var terms: [String: TermReport] = [:]
    /// How far the learner is from each that taught it by responses.
    var comparisons: [String: Comparison] = [:]
    /// What lossy codecs cost, by the name of the tensor.
    var codecErrors: [String: Double] = [:]
    var gradientNorm: Double?
    var waited: Duration = .zero
    var waitedFor: String?
    /// By whom samples were taught by what was said of them before, how many, and the sum of the ages in
    /// steps.
    var banked: [String: (samples: Int, ages: Int)] = [:]
    /// Those of whom something late is of other samples than the learner's.
    var strays: Set<String> = []
    /// The teachers that the step did without.
    var absent: Set<String> = []

    init(state: LearnerState, samples: Int) {
        self.state = state
        self.samples = samples
    }

    /// Compares the learner with those who taught it by their responses.
    mutating func compare(
        _ teachers: [TeacherSummary], _ term: TeachingTerm, with view: ModelView
    ) {
        guard term.offer.summary == .logits else { return }
        for teacher in teachers where comparisons[teacher.name] == nil {
            comparisons[teacher.name] = Comparison(
                teacher: teacher.value, student: view.logits.value)
        }
    }

    /// Compares the learner with the mean of those whose sum taught it.
    mutating func compare(with sum: ProbabilitySum, _ term: TeachingTerm, with view: ModelView) {
        let smallest = Variable(sum.mean).map(.atLeast(.leastNormalMagnitude))
        let logits = (smallest.log() * Float(term.group.edge.temperature)).value
        comparisons["mean of \(sum.count)"] = Comparison(
            teacher: logits, student: view.logits.value)
    }
}

extension TermReport {
    init(_ outcome: TeachingTerm.Outcome) {
        self.init(
            value: Double(outcome.value.value.scalar), weight: outcome.weight, open: outcome.open,
            shares: outcome.shares)
    }
}

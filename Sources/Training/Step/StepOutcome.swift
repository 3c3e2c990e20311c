import Distillation
import NeuralNetwork
import Reporting

/// What one step found, beside the state that it leaves.
struct StepOutcome {
    var state: LearnerState
    /// The cross-entropy on the learner's own labels, in nats.
    var taskLoss = 0.0
    /// Whether the step's samples are the learner's own writing, which has no labels.
    var isWritten = false
    /// The weighted task loss, the terms that taught, and the norm of the gradient.
    var sizes: LossSizes
    /// The whole loss: the weighted task loss, every teaching term, and the scalars that terms
    /// minimise by parameter groups of their own.
    var totalLoss = 0.0
    /// How many of the own samples were classified rightly, and how many there were.
    var correct = 0
    var samples: Int
    /// What each teaching term adds to the loss.
    var terms: [String: TermReport] = [:]
    /// How far the learner is from each teacher of its responses, by the teacher's name.
    var comparisons: [String: Comparison] = [:]
    /// What lossy codecs cost, by the name of the tensor.
    var codecErrors: [String: Double] = [:]
    /// Of everything that the step updates, before it was clipped; nil where nothing is clipped.
    var gradientNorm: Double? {
        get { sizes.gradientNorm }
        set { sizes.gradientNorm = newValue }
    }
    /// The norm of the task loss's gradient in the model; nil where gradients were not compared, or
    /// the step has no labels.
    var taskGradient: Double?
    /// How long the step waited, and for whom last.
    var waited: Duration = .zero
    var waitedFor: String?
    /// The stored rows that stood in for late teachers, by name: how many samples, and the sum of
    /// their ages in steps.
    var banked: [String: (samples: Int, ages: Int)] = [:]
    /// Teachers whose late message carried another batch's digest.
    var batchMismatches: Set<String> = []
    /// The teachers that the step did without.
    var absent: Set<String> = []

    init(state: LearnerState, samples: Int) {
        self.state = state
        self.samples = samples
        sizes = LossSizes(step: state.step)
    }

    /// A step at which nothing is computed.
    init(resting state: LearnerState) {
        self.init(state: state, samples: 0)
        self.state.step += 1
        self.state.refreshVersions()
    }

    /// Notes a weighted term of an objective that nobody's knowledge is a part of.
    mutating func note(_ part: Variable, as name: String, weight: Double) {
        let value = Double(part.value.scalar)
        terms[name] = TermReport(value: value, weight: weight, open: 1)
        sizes.terms.append(LossSizes.Term(name: name, value: value, weight: weight))
    }

    /// Notes an objective that is the sum of the noted terms.
    ///
    /// - Throws: ``Divergence`` where it is not finite.
    mutating func close(_ objective: Variable) throws {
        totalLoss = Double(objective.value.scalar)
        guard totalLoss.isFinite else {
            throw Divergence(.terms(sizes.unboundedTerms, teachers: nil), at: sizes.step, sizes)
        }
    }

    /// Notes what a term came to.
    mutating func note(_ term: TeachingTerm, _ result: TeachingTerm.Outcome) {
        terms[term.name] = result.report
        if !result.parts.isEmpty {
            sizes.terms.append(
                LossSizes.Term(
                    name: term.name, value: result.report.value, weight: result.report.weight))
        }
        comparisons.merge(result.comparisons) { first, _ in first }
        banked.merge(result.banked) { first, _ in first }
    }
}

/// How large the parts of a learner's loss were at one step.
package struct LossSizes: Hashable, Sendable {
    /// A teaching term.
    package struct Term: Hashable, Sendable {
        /// The loss and who teaches.
        package var name: String
        /// What it added to the loss, its weight included.
        package var value: Double
        /// The edge's weight, times the schedule's factor.
        package var weight: Double
    }

    /// The step, counted from 0.
    package var step: Int
    /// The weighted task loss; nil where the step did not come to it.
    package var task: Double?
    /// The terms that taught, in the order of the learner's terms.
    package var terms: [Term] = []
    /// The norm of the gradient before it was clipped; nil where nothing is clipped.
    package var gradientNorm: Double?

    init(step: Int) { self.step = step }

    /// The names of the terms that are not finite.
    var unboundedTerms: [String] { terms.filter { !$0.value.isFinite }.map(\.name) }

    /// The name of the term that is largest, if it is larger than the task loss; of those that are
    /// not finite the first.
    var dominantTerm: String? {
        if let first = unboundedTerms.first { return first }
        let largest = terms.max { abs($0.value) < abs($1.value) }
        guard let largest, let task, task.isFinite, abs(largest.value) > abs(task) else {
            return nil
        }
        return largest.name
    }
}

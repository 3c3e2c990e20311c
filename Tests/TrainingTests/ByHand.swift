import Datasets
import NeuralNetwork
import Training

/// The learners of a cohort, stepped one by one by formulas that a test writes out.
///
/// It takes plain gradient descent at rate 0.1, and the samples that all have in common.
struct ByHand {
    private let assemblies: [String: LearnerAssembly]
    private let problem: Problem
    private let sampler: Sampler
    /// The weights of each as they stand.
    private(set) var parameters: [String: Parameters]

    init(_ cohort: TestCohort) throws {
        let assemblies = try cohort.assemblies
        self.assemblies = Dictionary(uniqueKeysWithValues: assemblies.map { ($0.name, $0) })
        parameters = self.assemblies.mapValues(\.initialState.parameters)
        problem = cohort.problem
        sampler = try problem.stream(0..<60, batch: 6, named: Sampler.common).sampler
    }

    /// The samples of a step.
    func samples(_ step: Int) -> [Int] {
        var sampler = sampler
        return sampler.batch(step).samples
    }

    func labels(_ step: Int) -> [Int] { samples(step).map { problem.train.labels[$0] } }

    private func forward(_ name: String, _ step: Int, _ tape: Tape?) -> (Variable, ForwardPass) {
        guard let assembly = assemblies[name], let weights = parameters[name],
            let images = try? problem.images(samples(step))
        else { preconditionFailure("no learner '\(name)'") }
        let pass = ForwardPass(
            .training, parameters: weights, statistics: assembly.model.initialStatistics,
            tape: tape, key: RandomKey(seed: 0))
        return (assembly.model.network(Variable(images), pass), pass)
    }

    /// What a learner says of the samples of a step, as a constant.
    func logits(of name: String, at step: Int) -> Variable { forward(name, step, nil).0 }

    /// An activation of a learner, as a constant.
    func tap(_ tap: String, of name: String, at step: Int) -> Variable? {
        forward(name, step, nil).1.taps[tap]
    }

    /// T²·KL(teacher‖own) at a temperature, the mean over samples.
    func divergence(from teacher: Variable, to own: Variable, at heat: Float = 1) -> Variable {
        let p = (teacher / heat).softmax()
        let difference = p * (p.log() - (own / heat).logSoftmax())
        return difference.sum() * (heat * heat / Float(own.shape[0]))
    }

    /// The weights of a learner after a step down the gradient of a loss.
    func stepped(
        _ name: String, at step: Int, _ loss: (_ own: Variable, _ labels: [Int]) -> Variable
    ) -> Parameters {
        let tape = Tape()
        let (own, pass) = forward(name, step, tape)
        tape.backward(from: loss(own, labels(step)))
        var weights = parameters[name]!
        let gradient = pass.gradients(of: weights).values
        weights.update { flat in
            flat = Tensor(
                shape: flat.shape, values: zip(flat.values, gradient).map { $0 - 0.1 * $1 })
        }
        return weights
    }

    /// As ``stepped(_:at:_:)``, and keeps them.
    mutating func step(
        _ name: String, at step: Int, _ loss: (_ own: Variable, _ labels: [Int]) -> Variable
    ) {
        parameters[name] = stepped(name, at: step, loss)
    }
}

extension Parameters {
    /// Whether all numbers are the same within a few units of single precision.
    func isClose(to other: Parameters, tolerance: Float = 1e-6) -> Bool {
        let (own, others) = (flat.values, other.flat.values)
        return own.count == others.count
            && zip(own, others).allSatisfy { abs($0 - $1) < tolerance }
    }
}

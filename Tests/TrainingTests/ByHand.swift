import Bytes
import Datasets
import NeuralNetwork
import Training

/// The learners of a cohort, stepped one by one by formulas that a test writes out.
///
/// It takes plain gradient descent at rate 0.1, on the samples that all have in common.
struct ByHand {
    /// What a learner shows of a batch.
    struct Shown {
        var logits: Variable
        var labels: [Int]
        var taps: [String: Variable]

        /// The cross-entropy with the labels.
        var task: Variable { logits.crossEntropy(labels) }

        /// T²·KL(teacher‖own), for each sample and class; a teacher is a constant.
        func divergences(from teacher: Variable, at temperature: Float = 1) -> Variable {
            let p = (teacher / temperature).softmax()
            return p * (p.log() - (logits / temperature).logSoftmax()) * (temperature * temperature)
        }

        /// T²·KL(teacher‖own), the mean over samples.
        func divergence(from teacher: Variable, at temperature: Float = 1) -> Variable {
            divergences(from: teacher, at: temperature).sum() / Float(labels.count)
        }
    }

    private let assemblies: [String: LearnerAssembly]
    private let problem: Problem
    private let sampler: Sampler
    /// The weights of each as they stand.
    var parameters: [String: Parameters]

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

    private func forward(_ name: String, _ step: Int, _ tape: Tape?) -> (Shown, ForwardPass) {
        let samples = samples(step)
        guard let assembly = assemblies[name], let weights = parameters[name],
            let images = try? problem.images(samples)
        else { preconditionFailure("no learner '\(name)'") }
        let pass = ForwardPass(
            .training, parameters: weights, buffers: assembly.model.initialBuffers,
            tape: tape, key: RandomKey(seed: 0))
        let logits = assembly.model.network(Variable(images), pass)
        let labels = samples.map { problem.train.labels[$0] }
        return (Shown(logits: logits, labels: labels, taps: pass.taps), pass)
    }

    /// What a learner shows of the samples of a step, as constants.
    func shown(by name: String, at step: Int) -> Shown { forward(name, step, nil).0 }

    /// What a learner says of the samples of a step, as a constant.
    func logits(of name: String, at step: Int) -> Variable { shown(by: name, at: step).logits }

    /// A learner's logits of the held-out samples, in evaluation mode.
    func heldOutLogits(of name: String) throws -> Tensor {
        guard let assembly = assemblies[name], let weights = parameters[name] else {
            preconditionFailure("no learner '\(name)'")
        }
        return assembly.model.logits(
            of: try problem.heldOut.batches, parameters: weights,
            buffers: assembly.model.initialBuffers)
    }

    /// The weights of a learner after a step down the gradient of a loss.
    func stepped(_ name: String, at step: Int, _ loss: (Shown) -> Variable) -> Parameters {
        let tape = Tape()
        let (shown, pass) = forward(name, step, tape)
        tape.backward(from: loss(shown))
        guard let weights = parameters[name] else { preconditionFailure("no learner '\(name)'") }
        return weights.descended(by: pass.gradients(of: weights))
    }

    /// As ``stepped(_:at:_:)``, and keeps them.
    mutating func step(_ name: String, at step: Int, _ loss: (Shown) -> Variable) {
        parameters[name] = stepped(name, at: step, loss)
    }
}

extension Parameters {
    /// A step of rate 0.1 down a gradient.
    func descended(by gradient: Tensor) -> Parameters {
        var lower = self
        lower.update { flat in
            let values = zip(flat.values, gradient.values).map { $0 - 0.1 * $1 }
            flat = Tensor(shape: flat.shape, values: values)
        }
        return lower
    }

    /// Whether all numbers are the same within what single precision rounds in a few steps.
    func isClose(to other: Parameters, tolerance: Float = 1e-6) -> Bool {
        let (own, others) = (flat.values, other.flat.values)
        return own.count == others.count
            && zip(own, others).allSatisfy { abs($0 - $1) < tolerance }
    }
}

import Bytes
import NeuralNetwork
import Options
import Reporting
import Training

/// A supernet with the weights that it was trained to.
///
/// Before a path is rated, the moments of its batch norms are estimated anew, as the trained ones
/// are of all paths: their mean over some training batches.
struct TrainedSupernet {
    private let model: Model
    private let weights: LoadedWeights
    /// What it is given of the training batches.
    private let calibration: [Tensor]

    /// Loads what a learner of a run came to.
    init(
        _ model: Model, of learner: String, in run: RunDirectory, calibration: [Tensor]
    ) throws {
        self.model = model
        self.calibration = calibration
        weights = try WeightsFile(run.path, of: learner).weights(of: model)
    }

    /// What a path makes of inputs, in evaluation.
    func outputs(of inputs: [Tensor], along path: [Int]) -> [Tensor] {
        let moments = moments(along: path)
        return inputs.map { input in
            let pass = ForwardPass(
                .evaluation, parameters: weights.parameters, buffers: moments,
                key: RandomKey(seed: 0))
            pass.path = path
            return model.network(Variable(input), pass).value
        }
    }

    private func moments(along path: [Int]) -> Buffers {
        calibration.reduce(model.initialBuffers) { buffers, input in
            let pass = ForwardPass(
                .training, parameters: weights.parameters, buffers: buffers,
                key: RandomKey(seed: 0))
            pass.path = path
            pass.averagesMoments = true
            _ = model.network(Variable(input), pass)
            return pass.buffers
        }
    }
}

/// The samples on which the paths of a search are rated, and what the teacher makes of them.
struct RatingSamples {
    /// Training images, by which moments are estimated.
    let calibration: [Tensor]
    /// Validation images.
    let validation: [Tensor]
    /// The labels of the validation images.
    let labels: [Int]

    /// Training batches by which moments are estimated.
    private static let batches = 8

    init(_ assembler: Assembler, for learner: LearnerOptions) throws {
        guard let held = try assembler.samples.heldOut(for: learner).validation,
            var training = try assembler.samples.common(
                batch: assembler.commonBatch, for: learner)
        else { throw SettingError("search: the data have no validation samples any more") }
        calibration = (0..<Self.batches).map { training.batch(at: $0).images }
        validation = held.batches.map(\.images)
        labels = held.labels
    }
}

extension ArchitectureSearchSpace {
    /// Every path of every block, rated by how it imitates the teacher on the validation samples.
    ///
    /// - Parameter run: of ``blockTraining(weights:in:)``.
    public func ratings(of run: RunDirectory) throws -> [[PathRating]] {
        let configuration = try ExperimentConfiguration.load(run.configuration, registries: .all)
        let assembler = try Assembler(configuration)
        let samples = try RatingSamples(assembler, for: assembler.learner(teacher))
        let calibration = try maps(of: samples.calibration, by: assembler)
        let validation = try maps(of: samples.validation, by: assembler)
        let costs = try costs(for: assembler)
        return try blocks.indices.map { place in
            let name = Self.name(ofBlock: place)
            guard let model = try assembler.model(of: assembler.learner(name)) else {
                throw SettingError("search: block '\(name)' has no model any more")
            }
            let inputs = place == 0 ? samples.calibration : calibration[place - 1]
            let supernet = try TrainedSupernet(model, of: name, in: run, calibration: inputs)
            let given = place == 0 ? samples.validation : validation[place - 1]
            return PathEvolution.all(blocks[place].layers.map(\.count)).map { path in
                let outputs = supernet.outputs(of: given, along: path)
                return PathRating(
                    path: path, score: Self.score(outputs, validation[place]),
                    cost: costs.cost(of: path, ofBlock: place))
            }
        }
    }

    /// mean|Ŷ − Y| / std(Y) over all elements.
    package static func score(_ outputs: [Tensor], _ targets: [Tensor]) -> Double {
        let (output, target) = (outputs.flatMap(\.values), targets.flatMap(\.values))
        let count = Double(max(1, target.count))
        let mean = target.reduce(0) { $0 + Double($1) } / count
        let variance = target.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / count
        let difference = zip(output, target).reduce(0) { $0 + abs(Double($1.0) - Double($1.1)) }
        return difference / count / variance.squareRoot()
    }

    /// The teacher's maps of batches of images, for each tap.
    private func maps(of images: [Tensor], by assembler: Assembler) throws -> [[Tensor]] {
        let learner = try assembler.learner(teacher)
        guard let model = try assembler.model(of: learner), let path = learner.weights else {
            throw SettingError("search: teacher '\(teacher)' has no weights any more")
        }
        let weights = try WeightsFile(path, of: teacher).weights(
            of: model, prefix: learner.weightsPrefix)
        let passes = images.map { images in
            let pass = ForwardPass(
                .evaluation, parameters: weights.parameters, buffers: weights.buffers,
                key: RandomKey(seed: 0))
            _ = model.network(Variable(images), pass)
            return pass.taps
        }
        return taps.map { tap in passes.compactMap { $0[tap]?.value } }
    }

    /// The accuracy on the validation samples of a path of the supernet of whole nets.
    ///
    /// - Parameter run: of ``supernetTraining(weights:in:)``.
    public func supernetAccuracy(of run: RunDirectory) throws -> ([Int]) -> Double {
        let configuration = try ExperimentConfiguration.load(run.configuration, registries: .all)
        let assembler = try Assembler(configuration)
        let learner = try assembler.learner(Self.supernet)
        let samples = try RatingSamples(assembler, for: learner)
        guard let model = try assembler.model(of: learner) else {
            throw SettingError("search: the supernet has no model any more")
        }
        let supernet = try TrainedSupernet(
            model, of: Self.supernet, in: run, calibration: samples.calibration)
        return { path in
            let logits = Tensor.concatenating(supernet.outputs(of: samples.validation, along: path))
            return Evaluation(logits: logits, labels: samples.labels).accuracy
        }
    }
}

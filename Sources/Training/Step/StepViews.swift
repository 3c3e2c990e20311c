import Bytes
import CohortGraph
import NeuralNetwork

/// What each version of a learner's weights shows of the same samples: at most one forward pass for
/// each.
final class StepViews {
    /// What the current weights show.
    let current: ModelView
    private let pass: (ModelVersion, ModelWeights) throws -> VersionPass
    private let state: LearnerState
    private var earlier: [ModelVersion: VersionPass] = [:]

    /// - Parameters:
    ///   - state: the learner before the step.
    ///   - pass: a forward pass of a version's weights over the same samples, without a tape.
    init(
        _ current: ModelView, of state: LearnerState,
        pass: @escaping (ModelVersion, ModelWeights) throws -> VersionPass
    ) {
        (self.current, self.state, self.pass) = (current, state, pass)
    }

    /// What a version shows.
    ///
    /// - Throws: ``Divergence`` where its outputs are not finite.
    /// - Precondition: the learner stores the version, as its assembly makes sure of.
    func callAsFunction(_ version: ModelVersion) throws -> ModelView {
        // A frozen version computes in another mode than the learner, whatever its weights are.
        if version.isRefreshed(at: state.step), !version.isFrozen { return current }
        if let known = earlier[version] { return known.view }
        guard let weights = version == .partner ? state.weightsNow : state.versions[version] else {
            preconditionFailure("no version '\(version.suffix ?? "")' is stored")
        }
        let found = try pass(version, weights)
        earlier[version] = found
        return found.view
    }

    /// The running moments that the passes of moving averages have moved.
    var ownMoments: [ModelVersion: Buffers] {
        earlier.filter { $0.key.average?.moments == .own }.mapValues(\.moments)
    }
}

/// What a forward pass of a version's weights shows, and what it left of the running moments.
struct VersionPass {
    let view: ModelView
    let moments: Buffers
}

extension LearnerState {
    /// The weights of the step as a version of its own.
    var weightsNow: ModelWeights { ModelWeights(parameters: parameters, buffers: buffers) }

    /// Stores the weights as those versions that become them at this step, and lets the averages
    /// follow them.
    mutating func refreshVersions() {
        for version in versions.keys {
            if version.isRefreshed(at: step) { versions[version] = weightsNow }
            guard let average = version.average else { continue }
            let (now, kept) = (weightsNow, Float(average.kept(at: step)))
            versions[version]?.follow(now, keeping: kept, average.moments)
        }
    }
}

extension LearnerAssembly {
    /// The versions of its weights that the learner must store, for its students and for itself.
    var versions: Set<ModelVersion> {
        let own = terms.filter { $0.group.from.contains(name) }.map(\.offer)
        return Set((offers + own).map(\.version).filter(\.isStored))
    }

    /// A forward pass over images, without a tape: in training mode, but for a frozen version.
    ///
    /// - Parameters:
    ///   - rows: the samples that the cohort teaches on.
    ///   - version: of which the weights are.
    ///   - key: determines dropout.
    /// - Throws: ``Divergence`` where its outputs are not finite.
    func view(
        of images: Tensor, rows: Range<Int>, _ weights: ModelWeights,
        as version: ModelVersion, at step: Int, key: RandomKey
    ) throws -> VersionPass {
        let pass = ForwardPass(
            version.isFrozen ? .evaluation : .training, parameters: weights.parameters,
            buffers: weights.buffers, key: key)
        let logits = model.network(Variable(images), pass)
        guard logits.value.isFinite else { throw Divergence(.outputs, at: step) }
        return VersionPass(
            view: ModelView(logits: logits, taps: pass.activations, rows: rows),
            moments: pass.buffers)
    }
}

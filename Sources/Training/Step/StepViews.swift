import Bytes
import CohortGraph
import NeuralNetwork

/// What each version of a learner's weights shows of the same samples, in either view of these: at
/// most one forward pass for each.
final class StepViews {
    /// Makes a forward pass of a version's weights over a view of the samples, without a tape.
    typealias Pass = (ModelVersion, ViewStrength, ModelWeights) throws -> VersionPass

    private struct Kind: Hashable {
        let version: ModelVersion
        let strength: ViewStrength
    }

    /// What the current weights show.
    let current: ModelView
    /// What they show of the strong view of the samples; nil where no gradient is taken of that.
    let strong: ModelView?
    private let pass: Pass
    private let state: LearnerState
    private var earlier: [Kind: VersionPass] = [:]

    /// - Parameters:
    ///   - state: the learner before the step.
    init(
        _ current: ModelView, strong: ModelView? = nil, of state: LearnerState,
        pass: @escaping Pass
    ) {
        (self.current, self.strong, self.state, self.pass) = (current, strong, state, pass)
    }

    /// What an offer is made of.
    ///
    /// - Throws: ``Divergence`` where the outputs are not finite.
    /// - Precondition: the learner stores the version, as its assembly makes sure of.
    func callAsFunction(_ offer: KnowledgeOffer) throws -> ModelView {
        // A frozen version computes in another mode than the learner, whatever its weights are.
        let isCurrent = offer.version.isRefreshed(at: state.step) && !offer.version.isFrozen
        if isCurrent, let now = offer.strength == .weak ? current : strong { return now }
        return try earlier(
            Kind(version: isCurrent ? .current : offer.version, strength: offer.strength))
    }

    private func earlier(_ kind: Kind) throws -> ModelView {
        if let known = earlier[kind] { return known.view }
        let isNow = kind.version == .partner || kind.version == .current
        guard let weights = isNow ? state.weightsNow : state.versions[kind.version] else {
            preconditionFailure("no version '\(kind.version.suffix ?? "")' is stored")
        }
        let found = try pass(kind.version, kind.strength, weights)
        earlier[kind] = found
        return found.view
    }

    /// What the learner itself shows of a view.
    ///
    /// - Precondition: a gradient is taken of it.
    func own(_ strength: ViewStrength) -> ModelView {
        guard strength == .strong else { return current }
        guard let strong else { preconditionFailure("the strong view was not computed") }
        return strong
    }

    /// The running moments that the passes of moving averages have moved; where they saw both
    /// views, those that the weak one moved.
    var ownMoments: [ModelVersion: Buffers] {
        let moved = earlier.filter { $0.key.version.average?.moments == .own }
        return Dictionary(
            moved.sorted { $0.key.strength == .weak && $1.key.strength != .weak }
                .map { ($0.key.version, $0.value.moments) }, uniquingKeysWith: { first, _ in first }
        )
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

    /// The same with the moving averages as they were.
    func keepingAverages(of earlier: LearnerState) -> LearnerState {
        var kept = self
        for (version, weights) in earlier.versions where version.average != nil {
            kept.versions[version] = weights
        }
        return kept
    }

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
        return training.habits.versions.union(
            (offers + own).map(\.version).filter(\.isStored))
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
            view: ModelView(
                logits: logits, taps: pass.activations, rows: rows,
                rowsPerSample: model.rowsPerSample),
            moments: pass.buffers)
    }
}

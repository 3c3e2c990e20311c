import CohortGraph
import NeuralNetwork
import Options

/// *Online Knowledge Distillation with Diverse Peers* (OKDDip, Chen et al. 2020): the divergence
/// from a mix of the peers' logits, the learner's own among them, by attention that is learned.
///
///     a_b = softmax over members b of q·k_b, q = W_q h, k_b = W_k h_b
///     t = Σ_b a_b · z_b, T²·KL(softmax(t / T)‖softmax(z / T))
///
/// h is an activation, z the logits; the learner is a member. All z_b are constants in the target,
/// the learner's own too; the attention is not, so that W_q, W_k and the learner's h are trained
/// through the target, as in the authors' code. There every member's logits pass gradients too,
/// and all members share W_q and W_k; here each learner learns its own.
struct PeerAttention: Combination, Configurable {
    static let name = "attention"
    static let summary = "a mix of peers and the learner by learned attention (Chen et al. 2020)"

    /// What is mixed.
    enum Mix: String, CaseIterable, Sendable {
        /// As the authors' code has it.
        case logits
        /// Softened, as the paper has it.
        case probabilities
    }

    private let size: Int?
    private let mix: Mix
    private var layers: Layers?

    /// What is learned.
    private struct Layers {
        var query: Linear
        /// By the width of an activation.
        var keys: [Int: Linear]
    }

    var traits: CombinationTraits {
        [.needsAll, .weighsLosses, .includesStudent, .needsPairs]
    }

    init(options: inout OptionReader) throws(SettingError) {
        size = options.optional(
            "size", Int.self, in: 1...4096,
            help: "of queries and keys; an eighth of the learner's features by default")
        mix = options.choice(
            "mix", default: .logits, help: "as the authors' code has it, or the paper")
    }

    mutating func prepare(
        teachers: Int, by loss: any DistillationLoss, student: [Int],
        in builder: inout ModelBuilder
    ) throws(SettingError) {
        let loss = loss.pairing
        let own = loss.widths[0]
        let size = size ?? max(1, own / 8)
        let others = try loss.teacherActivations(for: Self.name)
        layers = builder.scoped("attention") { builder in
            let query = Linear("query", own, size, bias: false, in: &builder)
            var keys = [own: Linear("key", own, size, bias: false, in: &builder)]
            for width in others where keys[width] == nil {
                keys[width] = Linear("key-\(width)", width, size, bias: false, in: &builder)
            }
            return Layers(query: query, keys: keys)
        }
    }

    func callAsFunction(
        _ student: Variable, _ teachers: [TeacherSummary], by loss: any DistillationLoss,
        _ context: LossContext, memory: inout NoMemory
    ) -> CombinedLoss {
        guard let layers else { preconditionFailure("the combination was not prepared") }
        let members = loss.pairing.members(student, teachers)
        let attention = attention(over: members.map(\.activation), layers, context)
        let target = logTarget(members.map(\.logits.detached), attention, context.temperature)
        return CombinedLoss(
            of: members[0].logits, fromLogarithms: target, shares: attention, context)
    }

    /// The weight of each member for each sample, N×M.
    private func attention(
        over activations: [Variable], _ layers: Layers, _ context: LossContext
    ) -> Variable {
        let pass = context.requiredParameters
        let query = layers.query(activations[0], pass)
        let energies = activations.map { activation in
            guard let key = layers.keys[activation.shape[1]] else {
                preconditionFailure("no key is of an activation of \(activation.shape[1])")
            }
            return (query * key(activation, pass)).sum(along: [1])
        }
        return Variable.concatenating(columns: energies).softmax()
    }

    /// log p of the target, N×classes, with gradients for the attention alone.
    private func logTarget(
        _ logits: [Variable], _ attention: Variable, _ temperature: Float
    ) -> Variable {
        switch mix {
        case .logits:
            logits.map { $0.relativeToRowMaxima() }.weighed(by: attention)
                .logProbabilities(at: temperature)
        case .probabilities:
            logits.map { $0.logProbabilities(at: temperature).exp() }.weighed(by: attention)
                .map(.atLeast(.leastNormalMagnitude)).log()
        }
    }
}

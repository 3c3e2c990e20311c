import CohortGraph
import NeuralNetwork
import Options

/// *Knowledge Distillation by On-the-Fly Native Ensemble* (ONE, Lan et al. 2018) over learners of
/// their own: the divergence from the gated sum of all members' logits, which learns from the
/// labels.
///
///     g = softmax(ReLU(BN(W h + b))), z_e = Σ_i g_i · z_i
///     T²·KL(softmax(z_e / T)‖softmax(z / T)), z_e a constant, and CE(y, z_e)
///
/// h is the learner's activation, z its logits; the learner is the first member. CE(y, z_e) trains
/// the gate, the learner's activation and its own logits; it counts by the weight of the edge,
/// whatever the factor of its schedule, but where that is 0. In the paper the members are branches
/// of one model, and one gate looks at what they share. Here each learner has its own gate, which
/// looks at its own activation, and the other members' logits are constants.
struct GatedMembers: Combination, OptionFree {
    static let name = "gated"
    static let summary = "a gate over the logits of peers and the learner (Lan et al. 2018)"

    private var gate: (fc: Linear, bn: BatchNormalization)?

    var traits: CombinationTraits {
        [.needsLabels, .needsAll, .weighsLosses, .includesStudent, .needsPairs]
    }

    mutating func prepare(
        teachers: Int, by loss: any DistillationLoss, student: [Int],
        in builder: inout ModelBuilder
    ) throws(SettingError) {
        let features = loss.pairing.widths[0]
        let members = teachers + 1
        gate = builder.scoped("gate") { builder in
            (
                Linear("fc", features, members, in: &builder),
                BatchNormalization("bn", members, in: &builder)
            )
        }
    }

    func callAsFunction(
        _ student: Variable, _ teachers: [TeacherSummary], by loss: any DistillationLoss,
        _ context: LossContext, memory: inout NoMemory
    ) -> CombinedLoss {
        guard let gate else { preconditionFailure("the combination was not prepared") }
        let pass = context.requiredParameters
        let own = loss.pairing.parts(of: student)
        let logits = [own[1]] + loss.pairing.logits(student, teachers).dropFirst()
        let gates = gate.bn(gate.fc(own[0], pass), pass, isRectified: true).softmax()
        let ensemble = logits.map { $0.relativeToRowMaxima() }.weighed(by: gates)
        return CombinedLoss(of: own[1], from: ensemble, shares: gates, context)
    }
}

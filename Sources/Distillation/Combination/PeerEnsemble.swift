import CohortGraph
import NeuralNetwork
import Options

/// *Peer Collaborative Learning for Online Knowledge Distillation* (PCL, Wu and Gong 2021): the
/// divergence from an ensemble, a linear layer over the activations of all members side by side,
/// which learns from the labels.
///
///     z_e = W [h; h_1; h_2; …] + b
///     T²·KL(softmax(z_e / T)‖softmax(z / T)), z_e a constant, and CE(y, z_e)
///
/// h is the learner's activation, which CE(y, z_e) trains too; it counts by the weight of the edge,
/// whatever the factor of its schedule, but where that is 0. Each learner has its own W and b: the
/// peers' activations are constants.
struct PeerEnsemble: Combination, OptionFree {
    static let name = "ensemble"
    static let summary =
        "a classifier over the features of peers and the learner (Wu and Gong 2021)"

    private var classifier: Linear?

    var traits: CombinationTraits {
        [.needsLabels, .needsAll, .weighsLosses, .includesStudent, .needsPairs]
    }

    mutating func prepare(
        teachers: Int, by loss: any DistillationLoss, student: [Int],
        in builder: inout ModelBuilder
    ) throws(SettingError) {
        let loss = loss.pairing
        let all = try loss.teacherActivations(for: Self.name).reduce(loss.widths[0], +)
        classifier = builder.scoped("ensemble") { builder in
            Linear("classifier", all, loss.widths[1], in: &builder)
        }
    }

    func callAsFunction(
        _ student: Variable, _ teachers: [TeacherSummary], by loss: any DistillationLoss,
        _ context: LossContext, memory: inout NoMemory
    ) -> CombinedLoss {
        guard let classifier else { preconditionFailure("the combination was not prepared") }
        let members = loss.pairing.members(student, teachers)
        let ensemble = classifier(
            .concatenating(columns: members.map(\.activation)), context.requiredParameters)
        return CombinedLoss(of: members[0].logits, from: ensemble, context)
    }
}

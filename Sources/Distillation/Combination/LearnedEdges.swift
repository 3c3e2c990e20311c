import CohortGraph
import Foundation
import NeuralNetwork
import Options

/// *Graph Distillation for Action Detection with Privileged Modalities* (Luo et al. 2018): the
/// losses against several teachers, each by a weight that is learned for each sample.
///
///     h = [W_1 s_1; W_2 s_2; …] of the parts of a summary
///     e_j = softmax over teachers j of α · W_edge [h_student; h_j]
///     Σ_j (e_j + prior_j) · loss_j of each sample, averaged
///         + regularizer · Σ_j (mean of e_j over the batch − prior_j)²
///
/// The prior is the softmax of the teachers' accuracies / 0.25, measured on the validation samples
/// at the end of each epoch, or given. It keeps the weights from collapsing onto the teacher that
/// the learner already resembles. What is learned minimises the learner's objective, as in the
/// authors' code. A loss that gives no distances of samples is weighed by the batch's mean weights.
struct LearnedEdges: Combination, Configurable {
    static let name = "edges"
    static let summary =
        "each loss by a weight learned for each sample, with a prior (Luo et al. 2018)"

    private let size: Int
    private let alpha: Float
    private let regularizer: Float
    private let temperature: Double
    private let accuracies: [Double]
    private var layers: Layers?

    /// What is learned.
    private struct Layers {
        var widths: [Int]
        var parts: [Linear]
        var edge: Linear
    }

    var traits: CombinationTraits {
        let traits: CombinationTraits = [.needsAll, .addsUp, .weighsLosses]
        return accuracies.isEmpty ? traits.union(.needsErrors) : traits
    }

    /// No accuracies are measured before the first epoch ends: all teachers are alike.
    var initialMemory: [Double] { [] }

    init(options: inout OptionReader) throws(SettingError) {
        size = options.value(
            "size", default: 32, in: 1...4096, help: "of what is learned of each part of a summary")
        alpha = Float(
            options.value(
                "alpha", default: 0.125, in: 0...1e3, help: "scales the scores of the edges"))
        regularizer = Float(
            options.value(
                "regularizer", default: 10.0, in: 0...1e6,
                help: "the weight of the distance of the mean weights from the prior"))
        temperature = options.value(
            "prior-temperature", default: 0.25, in: 1e-3...1e3,
            help: "divides accuracies in the prior")
        accuracies = options.list(
            "accuracies", default: [], in: 0...1,
            help: "of the teachers in their order; measured on validation samples by default")
    }

    mutating func prepare(
        teachers: Int, by loss: any DistillationLoss, student: [Int],
        in builder: inout ModelBuilder
    ) throws(SettingError) {
        guard accuracies.isEmpty || accuracies.count == teachers else {
            throw SettingError(
                "combine 'edges': accuracies has \(accuracies.count) numbers, and there are"
                    + " \(teachers) teachers; give one for each")
        }
        let widths =
            (loss as? any SampleLoss)?.partWidths ?? [student.dropFirst().reduce(1, *)]
        layers = builder.scoped("edges") { builder in
            Layers(
                widths: widths,
                parts: widths.enumerated().map { Linear("\($0)", $1, size, in: &builder) },
                edge: Linear("edge", 2 * widths.count * size, 1, in: &builder))
        }
    }

    func callAsFunction(
        _ student: Variable, _ teachers: [TeacherSummary], by loss: any DistillationLoss,
        _ context: LossContext, memory: inout [Double]
    ) -> CombinedLoss {
        let prior = Variable(Tensor(shape: [1, teachers.count], values: prior(teachers, memory)))
        let edges = edges(student, teachers, context)
        let means = edges.mean(along: [0])
        let strays = (means - prior).squared().sum() * regularizer
        let weighed = weighed(student, teachers, by: loss, edges + prior, means + prior, context)
        return CombinedLoss(
            term: LossTerm(weighed + strays), shares: shares(of: (means + prior).value))
    }

    /// What part each teacher has in the weights of all, which sum to 2.
    private func shares(of weights: Tensor) -> [Double] {
        let all = weights.values.map(Double.init)
        let total = all.reduce(0, +)
        return all.map { $0 / total }
    }

    /// The weight of each sample and teacher, N×M. As the scores are linear, the learner's own part
    /// is the same for all teachers, and the softmax takes it away.
    private func edges(
        _ student: Variable, _ teachers: [TeacherSummary], _ context: LossContext
    ) -> Variable {
        guard let layers else { preconditionFailure("the combination was not prepared") }
        let pass = context.requiredParameters
        func hidden(_ summary: Variable) -> Variable {
            .concatenating(
                columns: zip(summary.flattened().split(intoColumns: layers.widths), layers.parts)
                    .map { $1($0, pass) })
        }
        let own = hidden(student)
        let scores = teachers.values.map {
            layers.edge(.concatenating(columns: [own, hidden(Variable($0))]), pass)
        }
        return (Variable.concatenating(columns: scores) * alpha).softmax()
    }

    private func weighed(
        _ student: Variable, _ teachers: [TeacherSummary], by loss: any DistillationLoss,
        _ weights: Variable, _ means: Variable, _ context: LossContext
    ) -> Variable {
        if let loss = loss as? any SampleLoss {
            let distances = teachers.values.map { loss.distances(student, $0) }
            return (weights * .concatenating(columns: distances)).sum()
                / Float(student.shape[0])
        }
        let losses = teachers.values.map { loss(student, $0, context).value.reshaped([1, 1]) }
        return (means * .concatenating(columns: losses)).sum()
    }

    /// The softmax of the teachers' accuracies.
    private func prior(_ teachers: [TeacherSummary], _ measured: [Double]) -> [Float] {
        let known = accuracies.isEmpty ? measured : accuracies
        guard known.count == teachers.count else {
            return [Float](repeating: 1 / Float(teachers.count), count: teachers.count)
        }
        return softmax(known.map { $0 / temperature }).map { Float($0) }
    }

    func observe(_ validation: ValidationLogits, memory: inout [Double]) {
        memory = validation.teachers.values.map { logits in
            let right = zip(logits.argmax, validation.labels).count { $0 == $1 }
            return Double(right) / Double(max(1, validation.labels.count))
        }
    }
}

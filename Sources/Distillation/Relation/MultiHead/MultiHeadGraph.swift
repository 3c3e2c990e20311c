import CohortGraph
import Foundation
import NeuralNetwork
import Options

/// *Graph-based Knowledge Distillation by Multi-head Attention Network* (Lee and Song 2019), called
/// MHGD: KL of softmax(tanh G) between the two sides, summed over heads and layers and averaged
/// over its rows, G the attention heads×N×N from the samples of one layer to those of the next.
///
/// A sample's vector of a layer is the first right singular vector of its map H·W×C; the student's
/// is that of its first four which is most like the teacher's. For `warmup` epochs the attention
/// learns to predict the teacher's vectors of one layer from those of the layer before, and the
/// student is not taught. Then the attention stays as it is and the term grows by the sigmoid of
/// the epochs since.
struct MultiHeadGraph: DistillationLoss, Configurable {
    static let name = "mhgd"
    static let summary = "graphs by multi-head attention between layers (Lee and Song 2019)"

    /// Which side's probabilities weigh the logarithms.
    enum Direction: String, CaseIterable {
        /// KL(student‖teacher), as the authors' code has it.
        case reverse
        /// KL(teacher‖student).
        case forward
    }

    let levels: Int
    let heads: Int
    let warmup: Int
    let direction: Direction
    /// The channels of each level.
    private var widths: (student: [Int], teacher: [Int]) = ([], [])
    private var attention: [GraphAttention] = []

    var summary: Summary { .singularVectors }
    var tapCount: Int { levels }
    var traits: LossTraits { [.vanishesAtEquality, .learnsApart] }

    init(options: inout OptionReader) throws(SettingError) {
        levels = options.value(
            "levels", default: 3, in: 2...16, help: "taps of each side, the deepest last")
        heads = options.value("heads", default: 8, in: 1...256, help: "of the attention")
        warmup = options.value(
            "warmup", default: 40, in: 0...1_000_000,
            help: "epochs in which the attention learns and the student is not taught")
        direction = options.choice(
            "divergence", default: .reverse,
            help: "from the student's side, as the authors' code, or from the teacher's")
    }

    mutating func fit(student: [Model.Tap], teachers: [[Model.Tap]]) {
        widths = (student.map(\.shape[0]), teachers.first?.map(\.shape[0]) ?? [])
    }

    mutating func prepare(
        student: [Int], teacher: [Int], in builder: inout ModelBuilder
    ) throws(SettingError) {
        precondition(widths.student.count == levels, "fit comes before prepare")
        guard widths.student == widths.teacher else {
            let lists = [widths.student, widths.teacher].map {
                $0.map(String.init).joined(separator: ", ")
            }
            throw SettingError(
                "'\(Self.name)' compares channels, of which the learner's taps have \(lists[0]) and"
                    + " its teacher's \(lists[1]): they must be equal; take a student of the"
                    + " teacher's width and another depth, or 'irg-edges'")
        }
        attention = builder.scoped("graphs") { builder in
            zip(widths.student, widths.student.dropFirst()).enumerated().map { level, pair in
                builder.scoped("\(level)") { builder in
                    GraphAttention((pair.0, pair.1), heads: heads, in: &builder)
                }
            }
        }
    }

    func callAsFunction(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext
    ) -> LossTerm {
        let pass = context.requiredParameters
        let others = vectors(Variable(teacher)).map { $0.vector(0) }
        let pairs = attention.indices
        guard context.epoch >= warmup else {
            let errors = pairs.map { level in
                let (from, to) = (others[level], others[level + 1])
                let scores = attention[level].scores(from, to, pass)
                return attention[level].error(
                    from, to, scores: scores, pass, key: context.key?.child("heads").child(level))
            }
            return LossTerm(Variable(Tensor(0)), auxiliary: errors.dropFirst().reduce(errors[0], +))
        }
        let own = zip(vectors(student), others).map { $0.aligned(with: $1) }
        let terms = pairs.map { level in
            let graphs = [own, others].map { side in
                pass.frozen { attention[level].scores(side[level], side[level + 1], $0) }
                    .map(.tanh)
            }
            return divergence(graphs[0], graphs[1])
        }
        let ramp = 1 / (1 + exp(-Float(context.epoch - warmup)))
        return LossTerm(terms.dropFirst().reduce(terms[0], +) * ramp)
    }

    /// The vectors of each level, N×4×C.
    private func vectors(_ summary: Variable) -> [Variable] {
        let parts = summary.split(
            intoColumns: widths.student.map { SingularVectors.count * $0 })
        return zip(parts, widths.student).map { part, width in
            part.reshaped([summary.shape[0], SingularVectors.count, width])
        }
    }

    /// KL of the rows of two graphs heads×N×N, summed over heads and averaged over rows.
    private func divergence(_ student: Variable, _ teacher: Variable) -> Variable {
        let (own, others) = (student.logSoftmax(), teacher.logSoftmax())
        let (p, q) = direction == .reverse ? (own, others) : (others, own)
        let rows = student.shape[1]
        return ((p.exp() * (p - q)).sum() / Float(rows))
            .reporting(Tensor.divergence(from: p.value, to: q.value) / Double(rows))
    }
}

extension Variable {
    /// One of the vectors of each sample, N×K×C to N×C.
    fileprivate func vector(_ number: Int) -> Variable {
        let (count, width) = (shape[0], shape[2])
        return permuted([1, 0, 2]).rows(number..<number + 1).reshaped([count, width])
    }

    /// That of each sample's vectors N×K×C which has the largest |cos| with a vector N×C, turned so
    /// that the cosine is not negative: N×C.
    fileprivate func aligned(with others: Variable) -> Variable {
        let (count, kept, width) = (shape[0], shape[1], shape[2])
        let cosines = detached.batchedMatmul(others.detached.reshaped([count, width, 1]))
            .value.values
        let best = (0..<count).map { sample in
            (sample * kept..<(sample + 1) * kept).max { abs(cosines[$0]) < abs(cosines[$1]) }
                ?? sample * kept
        }
        let signs = best.map { cosines[$0] < 0 ? -1 : 1 as Float }
        return reshaped([count * kept, width]).selecting(rows: best)
            * Variable(Tensor(shape: [count, 1], values: signs))
    }
}

import NeuralNetwork
import Options

/// How much students and their teacher agree on the samples, for a generator that looks for what
/// the students have not learned yet. Of several students the mean counts.
///
/// Of a teacher t and a student s:
///
/// - `kl`: −T²·KL(p_t‖p_s) (ZSKT, Micaelli and Storkey 2019);
/// - `l1`: −mean|z_t − z_s| over samples and classes (DFAD, Fang et al. 2019);
/// - `js`: 1 − JS(p_t, p_s) (adaptive DeepInversion, Yin et al. 2020);
/// - `agreeing`: −T²·KL(p_t‖p_s) of samples for which both have the same first choice, 0 of others
///   (DFQ, Choi et al. 2020; CMI, Fang et al. 2021).
///
/// Divergences are summed over classes and averaged over all samples. Code in circulation divides
/// that of `kl` by the number of classes as well, by the default of PyTorch's `KLDivLoss`: it is
/// ten times too small for ten classes.
///
/// JS is ½·KL(p_t‖m) + ½·KL(p_s‖m), of probabilities clamped to 0.01 … 0.99 and their mean m. The
/// code of the authors exchanges the arguments of both divergences, which this does not. JS lies in
/// 0 … log 2, so that clamping it to 0 … 1, as they do, would change nothing.
struct Disagreement: GeneratorLoss, Configurable {
    static let name = "disagreement"
    static let summary = "students are to disagree with the teacher (ZSKT, DFAD, ADI, CMI)"
    static let shortForm: String? = "form"

    /// What is compared.
    enum Form: String, CaseIterable, Sendable {
        case kl, l1, js, agreeing
    }

    private let form: Form
    /// Divides the logits of both sides; 1 where logits are compared.
    private let temperature: Float

    init(options: inout OptionReader) throws(SettingError) {
        let form: Form = options.choice(
            "form", default: .kl,
            help: "divergence (ZSKT), logits (DFAD), Jensen-Shannon (ADI), or the divergence where"
                + " both choose the same class (CMI)")
        let usual: Float = form == .js ? 3 : 1
        temperature = try options.reading(
            refusedBecause: form == .l1
                ? "where logits are compared as they are; leave it out" : nil
        ) { (options) throws(SettingError) in
            options.value(
                "temperature", default: usual, in: 0.01...1000,
                help: "divides the logits; by default 3 for js")
        }
        self.form = form
    }

    var summary: Summary { .logits }
    var nodes: ClosedRange<Int> { 2...Int.max }

    func callAsFunction(_ shown: [Variable], _ context: GuideContext) -> Variable {
        precondition(shown.count >= 2, "a teacher and students, not \(shown.count) nodes")
        let (teacher, students) = (shown[0], shown.dropFirst())
        let terms = students.map { term(teacher, $0) }
        return terms.dropFirst().reduce(terms[0], +) / Float(terms.count)
    }

    private func term(_ teacher: Variable, _ student: Variable) -> Variable {
        guard form != .l1 else { return -(teacher - student).absolute().mean() }
        let (p, q) = (
            teacher.logProbabilities(at: temperature), student.logProbabilities(at: temperature)
        )
        return switch form {
        case .js: -Self.jensenShannon(p.exp(), q.exp()) + 1
        case .agreeing:
            -agreeingDivergence(from: p, to: q, Self.agreement(teacher.value, student.value))
        default: -divergence(from: p, to: q, temperature: temperature)
        }
    }

    /// The divergence of log-probabilities in the rows of a mask N×1, averaged over all N.
    private func agreeingDivergence(
        from p: Variable, to q: Variable, _ mask: Tensor
    ) -> Variable {
        (p.exp() * (p - q) * Variable(mask)).sum()
            * (temperature * temperature / Float(max(1, p.shape[0])))
    }

    /// 1 where two rows of logits have the same first choice, 0 elsewhere; N×1.
    private static func agreement(_ one: Tensor, _ other: Tensor) -> Tensor {
        let same = zip(one.argmax, other.argmax).map { $0 == $1 ? 1 : 0 as Float }
        return Tensor(shape: [same.count, 1], values: same)
    }

    private static func jensenShannon(_ p: Variable, _ q: Variable) -> Variable {
        let sides = [p, q].map(\.clampedProbabilities)
        let logarithm = ((sides[0] + sides[1]) / 2).log()
        let halves = sides.map { ($0 * ($0.log() - logarithm)).sum() }
        return (halves[0] + halves[1]) / Float(2 * max(1, p.shape[0]))
    }
}

extension Variable {
    /// Within 0.01 … 0.99; what lies outside passes no gradient.
    fileprivate var clampedProbabilities: Variable {
        -(-map(.atLeast(0.01))).map(.atLeast(-0.99))
    }
}

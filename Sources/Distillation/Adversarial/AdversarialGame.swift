import NeuralNetwork

/// What a discriminator makes of the teacher's side, which it calls real, and of the student's,
/// which it calls fake: one number for each sample.
///
/// A term plays a game in two parts. The discriminator's part sees both sides as constants and is
/// the term's auxiliary scalar; the student's sees the discriminator as a constant and is part of
/// the term's value.
struct AdversarialGame {
    /// How a number is judged.
    enum Form: Sendable {
        /// As the logit of the probability that it is real (Goodfellow et al. 2014); the student
        /// minimises −log D, which does not saturate.
        case logistic
        /// By the square of its distance from 1, if real, and from 0 (LSGAN, Mao et al. 2017).
        case leastSquares
    }

    let form: Form

    /// Averaged over samples, the sum of both sides.
    func discriminatorLoss(real: Variable, fake: Variable) -> Variable {
        cost(real, asReal: true) + cost(fake, asReal: false)
    }

    /// Averaged over samples: the cost of the student's side, were it real.
    func studentLoss(fake: Variable) -> Variable { cost(fake, asReal: true) }

    /// What it costs to call samples real or fake, in the mean.
    func cost(_ judged: Variable, asReal isReal: Bool) -> Variable {
        switch form {
        case .logistic: (isReal ? -judged : judged).map(.softplus).mean()
        case .leastSquares: (isReal ? judged - 1 : judged).squared().mean()
        }
    }

    /// The share of the samples of both sides that are told rightly.
    func accuracy(real: Tensor, fake: Tensor) -> Figure {
        let border: Float = form == .logistic ? 0 : 0.5
        let right = real.values.count { $0 > border } + fake.values.count { $0 < border }
        let count = real.count + fake.count
        return Figure(Double(right) / Double(count), of: count)
    }
}

/// The names of the figures that a game reports.
package enum AdversarialFigure {
    /// The share of both sides' samples that the discriminator tells rightly, in 0...1.
    package static let accuracy = "discriminator_accuracy"
    /// What the discriminator minimises.
    static let discriminator = "discriminator_loss"
    /// What the student minimises by the game, without the rest of the term.
    static let student = "adversarial_loss"
}

extension Figure {
    /// The value of a scalar.
    init(_ scalar: Variable) { self.init(Double(scalar.value.scalar)) }
}

extension LossTerm {
    /// Takes the discriminator's part of a game as its auxiliary scalar, and reports it.
    ///
    /// - Parameters:
    ///   - real: what it makes of the teacher's side, N×1; `fake` of the student's, as a constant.
    ///   - other: what it minimises besides.
    mutating func learn(
        by game: AdversarialGame, real: Variable, fake: Variable, adding other: Variable? = nil
    ) {
        let told = game.discriminatorLoss(real: real, fake: fake)
        let loss = other.map { told + $0 } ?? told
        auxiliary = loss
        figures[AdversarialFigure.discriminator] = Figure(loss)
        figures[AdversarialFigure.accuracy] = game.accuracy(
            real: real.value, fake: fake.value)
    }

    /// Takes the student's part of a game as its value, and reports it.
    ///
    /// - Parameters:
    ///   - fake: what a discriminator makes of the student's side, itself a constant, N×1.
    ///   - other: what the student minimises by the discriminator besides.
    mutating func deceive(
        by game: AdversarialGame, _ fake: Variable, adding other: Variable? = nil
    ) {
        let deceived = game.studentLoss(fake: fake)
        value = other.map { deceived + $0 } ?? deceived
        figures[AdversarialFigure.student] = Figure(value)
    }
}

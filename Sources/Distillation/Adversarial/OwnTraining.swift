import NeuralNetwork
import Options

/// The optimiser of what a loss learns apart from the learner's model, and how its rate moves.
public struct OwnTraining: Sendable {
    /// Steps the parameters of the loss; it is not clipped with the learner's gradient.
    public var optimizer: any Optimizer
    /// The factor of the optimiser's rate at each step of the learner.
    public var schedule: LearningRate

    /// Reads `optimizer` and `schedule`.
    ///
    /// - Parameter owner: what is trained, in words.
    /// - Throws: ``SettingError`` for an unknown name or a bad value.
    init(
        _ options: inout OptionReader, of owner: String = "the discriminator"
    ) throws(SettingError) {
        let named = options.named(
            "optimizer", default: AdamW.name, help: "\(owner)'s own",
            by: Self.reader(Optimizers.registry))
        let course = options.named(
            "schedule", default: ConstantRate.name, help: "of \(owner)'s rate",
            by: Self.reader(LearningRates.registry))
        optimizer = try Optimizers.registry.make(named.name, options: named.options)
        schedule = try LearningRates.registry.make(course.name, options: course.options)
    }

    private static func reader<Product>(_ registry: Registry<Product>) -> NamedReader {
        { (name, options, position) throws(SettingError) in
            try registry.read(name, options: options, at: position).options
        }
    }

    /// The same with the moments of its schedule in steps.
    ///
    /// - Parameter stepsPerEpoch: of the learner, on average.
    public func inSteps(_ stepsPerEpoch: Double) -> OwnTraining {
        var training = self
        training.schedule = schedule.inSteps(stepsPerEpoch)
        return training
    }

    /// The rate of a step, counted from 0, of a learner that takes `total`.
    public func rate(at step: Int, of total: Int) -> Float {
        optimizer.rate * schedule.factor(at: step, of: total)
    }
}

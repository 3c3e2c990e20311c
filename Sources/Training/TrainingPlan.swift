import CohortGraph
import NeuralNetwork

/// How a learner learns: what stays the same from its first step to its last.
public struct TrainingPlan: Sendable {
    /// 0 for one that does not learn.
    public var steps: Int
    /// Steps the weights.
    public var optimizer: any Optimizer
    /// The factor of the learning rate at each step.
    public var schedule: LearningRate
    /// The largest norm of the gradient; nil leaves it as it is.
    public var clip: Float?
    /// The share of the target spread over all classes.
    public var smoothing: Float
    /// How much each class counts in the loss on the learner's own labels; nil for all alike.
    public var classWeights: [Float]?
    /// What else it does while it trains.
    public var habits = TrainingHabits()
    /// The weight of the learner's own labels in its loss.
    public var taskWeight: Float
    /// The weight of the same labels of the samples' strong view.
    public var strongTaskWeight: Float = 0
    /// How these weights grow from step to step.
    public var taskGate: Gate
    /// Steps that one interval report covers.
    public var interval: Int
    /// Steps from one comparison of the gradients of the loss's parts to the next; nil for none.
    public var gradients: Int?

    /// A plan; by default without clipping, smoothing and with a task weight of 1.
    public init(
        steps: Int, optimizer: any Optimizer, schedule: LearningRate, clip: Float? = nil,
        smoothing: Float = 0, taskWeight: Float = 1, taskGate: Gate = .through, interval: Int = 1
    ) {
        self.steps = steps
        self.optimizer = optimizer
        self.schedule = schedule
        self.clip = clip
        self.smoothing = smoothing
        self.taskWeight = taskWeight
        self.taskGate = taskGate
        self.interval = interval
    }

    /// Whether gradients are compared at a step, counted from 0.
    func comparesGradients(at step: Int) -> Bool {
        gradients.map { (step + 1).isMultiple(of: $0) } ?? false
    }

    /// The mean loss of logits N×classes on the learner's own labels, in nats.
    func labelLoss(_ logits: Variable, _ labels: [Int]) -> Variable {
        classWeights.map { logits.crossEntropy(labels, weights: $0, smoothing: smoothing) }
            ?? logits.crossEntropy(labels, smoothing: smoothing)
    }

    /// The weight of the learner's own labels at a step, counted from 0.
    func taskWeight(at step: Int) -> Float {
        taskWeight * Float(taskGate.factor(at: step, of: steps))
    }

    /// The weight of the labels of the strong view at a step, counted from 0.
    func strongTaskWeight(at step: Int) -> Float {
        strongTaskWeight * Float(taskGate.factor(at: step, of: steps))
    }

    /// The learning rate of a step, counted from 0.
    func rate(at step: Int) -> Float {
        optimizer.rate * schedule.factor(at: step, of: steps)
    }
}

import Reporting

/// What one learner was and came to.
public struct LearnerResult: Codable, Hashable, Sendable {
    /// Its name.
    public var name: String
    /// `student`, `teacher`, `assistant`; nil where it reported nothing.
    public var role: String?
    /// The name of its model; nil where it reported nothing.
    public var model: String?
    /// How many numbers the model learns.
    public var parameters: Int?
    /// Steps that are done.
    public var steps: Int
    /// Steps in all; nil where that is not known.
    public var totalSteps: Int?
    /// How often it started.
    public var starts: Int
    /// Whether it came to its end.
    public var isFinished: Bool
    /// The last test accuracy, in 0...1.
    public var accuracy: Double?
    /// The same without teaching; nil where it was not trained so to its end.
    public var aloneAccuracy: Double?
    /// The greatest test accuracy, and its epoch.
    public var bestAccuracy: Double?
    public var bestEpoch: Int?
    /// The last accuracy on its own batches.
    public var trainAccuracy: Double?
    /// The last mean negative log likelihood of the test labels, in nats.
    public var testNLL: Double?
    /// Of the last test; nil for a model that predicts text.
    public var scores: ClassScores?
    /// The same without teaching; nil where it was not trained so to its end.
    public var aloneScores: ClassScores?
    /// Of a model that predicts text.
    public var bitsPerByte: Double?
    public var aloneBitsPerByte: Double?
    /// The mean duration of a step, in seconds.
    public var stepSeconds: Double?
    /// The part of it that was spent waiting for others, in 0...1.
    public var waitShare: Double?
    /// The bytes of all messages, also of later stages, in which it teaches.
    public var bytesIn: Int
    public var bytesOut: Int
    /// The most physical memory, in bytes.
    public var peakMemory: Int?

    /// The accuracy taught minus that alone, in percentage points; nil unless it ended taught and
    /// alone.
    public private(set) var gain: Double?

    enum CodingKeys: String, CodingKey {
        case name, role, model, parameters, steps, starts, accuracy, gain, scores
        case totalSteps = "total_steps"
        case isFinished = "finished"
        case aloneAccuracy = "alone_accuracy"
        case aloneScores = "alone_scores"
        case bestAccuracy = "best_accuracy"
        case bestEpoch = "best_epoch"
        case trainAccuracy = "train_accuracy"
        case testNLL = "test_nll"
        case bitsPerByte = "bits_per_byte"
        case aloneBitsPerByte = "alone_bits_per_byte"
        case stepSeconds = "step_seconds"
        case waitShare = "wait_share"
        case bytesIn = "bytes_in"
        case bytesOut = "bytes_out"
        case peakMemory = "peak_memory"
    }

    /// A row for each learner that has records or a result.
    static func all(of history: RunHistory) -> [LearnerResult] {
        let known = history.learners.map(\.name)
        let others = (history.summary?.learners.keys.sorted() ?? []).filter { !known.contains($0) }
        return history.learners.map { LearnerResult($0, in: history) }
            + others.map { LearnerResult(LearnerHistory($0, []), in: history) }
    }

    private init(_ learner: LearnerHistory, in history: RunHistory) {
        let summary = history.summary?.learners[learner.name]
        let isSummed = history.summary?.exitCode == .success
        let alone = history.alone(learner.name)
        let aloneEnd = alone?.end.flatMap { $0.exitCode == .success ? $0 : nil }
        let last = learner.epochs.last
        let best = learner.epochs.max { $0.testAccuracy < $1.testAccuracy }
        name = learner.name
        role = learner.role
        model = learner.start?.model ?? summary?.model
        parameters = learner.start?.parameters ?? summary?.parameters
        steps = learner.start == nil ? summary?.steps ?? 0 : learner.steps
        totalSteps = learner.totalSteps
        starts = learner.starts
        isFinished =
            learner.end.map { $0.exitCode == .success } ?? (learner.start == nil && isSummed)
        accuracy = learner.end?.testAccuracy ?? last?.testAccuracy ?? summary?.testAccuracy
        aloneAccuracy = aloneEnd?.testAccuracy ?? summary?.aloneTestAccuracy
        if isFinished, let accuracy, let aloneAccuracy { gain = (accuracy - aloneAccuracy) * 100 }
        bestAccuracy = best?.testAccuracy
        bestEpoch = best?.epoch
        trainAccuracy = last?.trainAccuracy
        testNLL = last?.testNLL
        scores = last?.scores
        aloneScores = aloneEnd == nil ? nil : alone?.epochs.last?.scores
        bitsPerByte = (learner.end?.text ?? last?.text ?? summary?.text)?.bitsPerByte
        aloneBitsPerByte = (aloneEnd?.text ?? summary?.aloneText)?.bitsPerByte
        stepSeconds = learner.mean(\.stepSeconds)
        waitShare = Self.waitShare(of: learner)
        let trainings = history.trainings(of: learner.name)
        bytesIn = trainings.flatMap(\.intervals).reduce(0) { $0 + $1.bytesIn }
        bytesOut = trainings.flatMap(\.intervals).reduce(0) { $0 + $1.bytesOut }
        peakMemory = trainings.compactMap { $0.end?.peakMemory }.max()
    }

    private static func waitShare(of learner: LearnerHistory) -> Double? {
        guard let step = learner.mean(\.stepSeconds), step > 0 else { return nil }
        return learner.mean(\.waitSeconds.sum).map { $0 / step }
    }
}

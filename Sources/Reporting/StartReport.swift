/// A learner at the start of its run.
public struct StartReport: Codable, Hashable, Sendable {
    /// The name of its model.
    public var model: String
    /// How many numbers the model learns.
    public var parameters: Int
    /// Threads that it computes with.
    public var threads: Int
    /// What decided on the number of threads, for people; nil where that is not known.
    public var threadsReason: String?
    /// The SHA-256 of the weights, in hexadecimal.
    public var weightsSHA256: String
    /// How many steps were done before: more than 0 after a resume.
    public var step: Int
    /// How many steps there are in all; nil where that is not known.
    public var totalSteps: Int?

    /// The report of a start.
    public init(
        model: String, parameters: Int, threads: Int, threadsReason: String? = nil,
        weightsSHA256: String, step: Int = 0, totalSteps: Int? = nil
    ) {
        self.model = model
        self.parameters = parameters
        self.threads = threads
        self.threadsReason = threadsReason
        self.weightsSHA256 = weightsSHA256
        self.step = step
        self.totalSteps = totalSteps
    }

    enum CodingKeys: String, CodingKey {
        case model, parameters, threads, step
        case threadsReason = "threads_reason"
        case totalSteps = "total_steps"
        case weightsSHA256 = "weights_sha256"
    }
}

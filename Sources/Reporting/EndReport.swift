import Bytes

/// How a learner ended.
public struct EndReport: Codable, Hashable, Sendable {
    /// How many steps were done.
    public var step: Int
    /// How long the learner ran.
    public var seconds: Double
    /// In 0...1; nil where the learner ended before it was tested.
    public var testAccuracy: Double?
    /// Of a model that predicts text; nil for others.
    public var text: TextScore?
    /// The test accuracy of each early exit, by its name, and of the mean of all exits, `mean`; nil
    /// for a model without.
    public var exitAccuracies: [String: Double]?
    /// The test accuracy of each moving average of the weights, by its name; nil where there is
    /// none.
    public var averageAccuracies: [String: Double]?
    /// The most physical memory that the process had, in bytes; nil where the system does not say.
    public var peakMemory: Int?
    /// The SHA-256 of the weights, in hexadecimal.
    public var weightsSHA256: String
    /// What its process ends with.
    public var exitCode: ExitCode
    /// Why the learner failed; nil where it did not.
    public var reason: String?
    /// The peer whose departure caused the failure; nil where none did.
    public var departed: String?
    /// What the private votes of each teaching term have spent; nil where none are counted.
    public var privacy: [String: PrivacyReport]?
    /// How well the learner does the tasks that it met; nil where its samples are one task.
    public var tasks: TaskReport?

    /// The report of an end.
    public init(
        step: Int, seconds: Double, testAccuracy: Double?, text: TextScore? = nil,
        exitAccuracies: [String: Double]? = nil, averageAccuracies: [String: Double]? = nil,
        peakMemory: Int? = nil, weightsSHA256: String,
        exitCode: ExitCode = .success, reason: String? = nil, departed: String? = nil,
        privacy: [String: PrivacyReport]? = nil, tasks: TaskReport? = nil
    ) {
        self.step = step
        self.seconds = seconds
        self.testAccuracy = testAccuracy
        self.text = text
        self.exitAccuracies = exitAccuracies
        self.averageAccuracies = averageAccuracies
        self.peakMemory = peakMemory
        self.weightsSHA256 = weightsSHA256
        self.exitCode = exitCode
        self.reason = reason
        self.departed = departed
        self.privacy = privacy
        self.tasks = tasks
    }

    /// The learner in which a failure began.
    ///
    /// It is `name`, unless `name` failed by the departure of another learner that failed too; then
    /// it is the origin of that one's failure. The reports of several processes arrive in any
    /// order.
    public static func origin(
        ofFailure name: String, among ends: [String: EndReport]
    ) -> String {
        var origin = name
        for _ in ends {
            guard let departed = ends[origin]?.departed,
                ends[departed]?.exitCode ?? .success != .success
            else { break }
            origin = departed
        }
        return origin
    }

    enum CodingKeys: String, CodingKey {
        case step, seconds, text, reason, departed, privacy, tasks
        case testAccuracy = "test_accuracy"
        case exitAccuracies = "exit_accuracies"
        case averageAccuracies = "average_accuracies"
        case peakMemory = "peak_memory"
        case weightsSHA256 = "weights_sha256"
        case exitCode = "exit_code"
    }
}

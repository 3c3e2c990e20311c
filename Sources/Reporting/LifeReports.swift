import Bytes

/// What a learner is, as it begins.
public struct StartReport: Codable, Hashable, Sendable {
    public var model: String
    /// How many numbers the model learns.
    public var parameters: Int
    public var threads: Int
    /// The SHA-256 of the weights, in hexadecimal.
    public var weightsSHA256: String
    /// How many steps were done before: 0, or more after a resume.
    public var step: Int

    public init(
        model: String, parameters: Int, threads: Int, weightsSHA256: String, step: Int = 0
    ) {
        self.model = model
        self.parameters = parameters
        self.threads = threads
        self.weightsSHA256 = weightsSHA256
        self.step = step
    }

    enum CodingKeys: String, CodingKey {
        case model, parameters, threads, step
        case weightsSHA256 = "weights_sha256"
    }
}

/// What became of a learner.
public struct EndReport: Codable, Hashable, Sendable {
    /// How many steps were done.
    public var step: Int
    public var seconds: Double
    /// In 0...1; nil where the learner ended before it was tested.
    public var testAccuracy: Double?
    /// The SHA-256 of the weights, in hexadecimal.
    public var weightsSHA256: String
    public var exitCode: ExitCode
    /// Why it ended, where it did not end well.
    public var reason: String?
    /// The learner that left and so brought this about, where one did.
    public var departed: String?

    public init(
        step: Int, seconds: Double, testAccuracy: Double?, weightsSHA256: String,
        exitCode: ExitCode = .success, reason: String? = nil, departed: String? = nil
    ) {
        self.step = step
        self.seconds = seconds
        self.testAccuracy = testAccuracy
        self.weightsSHA256 = weightsSHA256
        self.exitCode = exitCode
        self.reason = reason
        self.departed = departed
    }

    /// The learner with which a failure began: that of `name`, or of the one by whose departure `name`
    /// failed, and so on. Needed because the last words of several processes arrive in any order.
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
        case step, seconds, reason, departed
        case testAccuracy = "test_accuracy"
        case weightsSHA256 = "weights_sha256"
        case exitCode = "exit_code"
    }
}

/// Something worth saying in words.
public struct Notice: Codable, Hashable, Sendable {
    public enum Level: String, Codable, CaseIterable, Sendable {
        case info, warning, error
    }

    public var level: Level
    public var message: String
    /// The step at which it was said.
    public var step: Int?

    public init(_ message: String, level: Level = .info, step: Int? = nil) {
        self.level = level
        self.message = message
        self.step = step
    }
}

/// Samples of nearly the same confidence: a bar of a reliability diagram.
///
/// On Calibration of Modern Neural Networks (Guo et al. 2017): samples are put by their confidence,
/// the probability of the class that is named, into 15 bins of equal width, each of which includes
/// its upper bound. The expected calibration error is the mean over all samples of the difference
/// between the confidence and the accuracy of their bin.
///
/// As JSON it is the list `[confidence, accuracy, share]`.
public struct CalibrationBin: Hashable, Sendable {
    /// How many bins there are, with those that hold no sample.
    public static let count = 15

    /// The mean of its samples.
    public var confidence: Double
    /// The share of its samples that are named right.
    public var accuracy: Double
    /// Its part of all samples.
    public var share: Double

    /// A bin.
    public init(confidence: Double, accuracy: Double, share: Double) {
        self.confidence = confidence
        self.accuracy = accuracy
        self.share = share
    }

    /// The bins that hold samples, the least confident first.
    ///
    /// - Parameters:
    ///   - confidences: in 0...1.
    ///   - isRight: whether each sample is named right.
    static func all(confidences: [Float], isRight: [Bool]) -> [CalibrationBin] {
        var sums = [(confidence: Double, right: Int, samples: Int)](
            repeating: (0, 0, 0), count: count)
        for (confidence, isRight) in zip(confidences, isRight) {
            let place = place(of: Double(confidence))
            sums[place].confidence += Double(confidence)
            sums[place].right += isRight ? 1 : 0
            sums[place].samples += 1
        }
        return sums.filter { $0.samples > 0 }.map { sum in
            let samples = Double(sum.samples)
            return CalibrationBin(
                confidence: sum.confidence / samples, accuracy: Double(sum.right) / samples,
                share: samples / Double(confidences.count))
        }
    }

    private static func place(of confidence: Double) -> Int {
        min(count - 1, max(0, Int((confidence * Double(count)).rounded(.up)) - 1))
    }
}

extension CalibrationBin: Codable {
    /// Reads the list.
    public init(from decoder: any Decoder) throws {
        var list = try decoder.unkeyedContainer()
        confidence = try list.decode(Double.self)
        accuracy = try list.decode(Double.self)
        share = try list.decode(Double.self)
    }

    /// Writes the list.
    public func encode(to encoder: any Encoder) throws {
        var list = encoder.unkeyedContainer()
        try list.encode(confidence)
        try list.encode(accuracy)
        try list.encode(share)
    }
}

extension [CalibrationBin] {
    /// The expected calibration error.
    var expectedError: Double {
        reduce(0) { $0 + $1.share * abs($1.accuracy - $1.confidence) }
    }
}

/// How good the answers of a classifier to held-out samples are, beyond how many are right.
public struct ClassScores: Codable, Hashable, Sendable {
    /// Of more classes than this neither ``classAccuracies`` nor ``confusion`` is reported, and no
    /// probabilities are stored: their size grows with the classes, the latter's with the square.
    public static let mostClasses = 32
    /// The k of each accuracy of ``top``.
    static let topCounts = [5]

    /// The expected calibration error, in 0...1; see ``CalibrationBin``.
    public var ece: Double
    /// The mean of the F1 scores of all classes that a sample has or was named, in 0...1.
    public var f1: Double
    /// By k, of more classes than that: the share of samples whose class is among the k most
    /// probable ones.
    public var top: [String: Double]?
    /// The share of each class's samples that were named right; nil for a class without samples.
    public var classAccuracies: [Double?]?
    /// The bins of confidence that hold samples, the least confident first.
    public var calibration: [CalibrationBin]
    /// How often samples of a class, each a row, were named each class.
    public var confusion: [[Int]]?

    /// Scores.
    public init(
        ece: Double, f1: Double, top: [String: Double]? = nil, classAccuracies: [Double?]? = nil,
        calibration: [CalibrationBin], confusion: [[Int]]? = nil
    ) {
        self.ece = ece
        self.f1 = f1
        self.top = top
        self.classAccuracies = classAccuracies
        self.calibration = calibration
        self.confusion = confusion
    }

    /// The scores of samples that all have a label; nil where there are none.
    ///
    /// - Parameters:
    ///   - answers: the most probable class of each sample.
    ///   - confidences: its probability.
    ///   - ranks: in how many places the label of each sample stands behind others, from 0.
    ///   - classes: how many there are.
    /// - Precondition: all lists are as long, and labels and answers less than `classes`.
    package init?(
        labels: [Int], answers: [Int], confidences: [Float], ranks: [Int], classes: Int
    ) {
        guard !labels.isEmpty else { return nil }
        let isRight = zip(labels, answers).map { $0 == $1 }
        let counts = ClassCounts(labels: labels, answers: answers, classes: classes)
        let isListed = classes <= Self.mostClasses
        calibration = CalibrationBin.all(confidences: confidences, isRight: isRight)
        ece = calibration.expectedError
        f1 = counts.macroF1
        top = Self.top(ranks, classes: classes)
        classAccuracies = isListed ? counts.accuracies : nil
        confusion =
            isListed ? ClassCounts.confusion(of: labels, answers, classes: classes) : nil
    }

    private static func top(_ ranks: [Int], classes: Int) -> [String: Double]? {
        let counts = topCounts.filter { $0 < classes }
        guard !counts.isEmpty else { return nil }
        return Dictionary(
            uniqueKeysWithValues: counts.map { k in
                ("\(k)", Double(ranks.count { $0 < k }) / Double(ranks.count))
            })
    }

    /// `ece 3.12% f1 91.20% top-5 99.40%`.
    var text: String {
        let top = (top ?? [:]).sorted { $0.key < $1.key }
        return "ece \(Text.percent(ece)) f1 \(Text.percent(f1))"
            + top.map { " top-\($0.key) \(Text.percent($0.value))" }.joined()
    }

    enum CodingKeys: String, CodingKey {
        case ece, f1, top, calibration, confusion
        case classAccuracies = "class_accuracies"
    }
}

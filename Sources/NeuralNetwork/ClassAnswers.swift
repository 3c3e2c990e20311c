import Foundation
import Kernels

/// What logits N×classes say about each of N samples.
public struct ClassAnswers {
    /// N×classes.
    public let logits: Tensor
    /// The first class with the largest logit of each sample.
    public let classes: [Int]
    /// log Σ eˣ of each sample.
    private let logSums: Floats

    /// The answers in logits N×classes.
    public init(_ logits: Tensor) {
        self.logits = logits
        classes = logits.argmax
        logSums = Kernels.logSums(logits.floats, width: logits.shape[1])
    }

    /// How many classes there are.
    public var classCount: Int { logits.shape[1] }

    /// The probability of the class that each sample is named.
    public var confidences: [Float] {
        let values = logits.floats
        return classes.indices.map { row in
            min(exp(values[row * classCount + classes[row]] - logSums[row]), 1)
        }
    }

    /// The probabilities of all classes, N×classes.
    public var probabilities: Tensor {
        Tensor(
            shape: logits.shape,
            floats: Kernels.exponentials(logits.floats, minus: logSums, width: classCount))
    }

    /// How many samples are named their label.
    public func correct(_ labels: [Int]) -> Int { zip(classes, labels).count { $0 == $1 } }

    /// The mean negative log likelihood of a label for each sample, in nats: the value of
    /// ``Variable/crossEntropy(_:smoothing:)``.
    public func negativeLogLikelihood(of labels: [Int]) -> Float {
        precondition(labels.count == classes.count, "a label for each sample")
        let values = logits.floats
        var total = 0.0
        for (row, label) in labels.enumerated() {
            precondition(0..<classCount ~= label, "label \(label) of \(classCount) classes")
            total += Double(logSums[row]) - Double(values[row * classCount + label])
        }
        return Float(total) / Float(labels.count)
    }

    /// How many other classes are at least as probable as a label of each sample; 0 for the class
    /// that the sample is named.
    public func ranks(of labels: [Int]) -> [Int] {
        let values = logits.floats
        return labels.enumerated().map { row, label in
            guard label != classes[row] else { return 0 }
            let own = values[row * classCount + label]
            let places = row * classCount..<(row + 1) * classCount
            return places.count { values[$0] >= own } - 1
        }
    }

    /// The answers about some of the samples, in the order asked for.
    public func selecting(rows: [Int]) -> ClassAnswers {
        ClassAnswers(logits.selecting(rows: rows))
    }
}

import Loops

extension Kernels {
    /// The sum over all rows of −Σ q·log softmax(x), q = (1 − ε)·onehot(label) + ε / classes, in
    /// nats.
    ///
    /// - Parameters:
    ///   - x: rows × classes.
    ///   - smoothing: ε.
    /// - Returns: also each row's log Σ eˣ, for the gradient.
    public static func crossEntropy(
        _ x: Floats, classes: Int, labels: [Int], smoothing: Float
    ) -> (sum: Float, logSums: Floats) {
        check(labels, classes)
        precondition(rowCount(x, classes) == labels.count, "a label for each row")
        let logSums = logSums(x, width: classes)
        let (source, peaks) = (x.pointer, logSums.pointer)
        var total = 0.0
        for (row, label) in labels.enumerated() {
            let values = source + row * classes
            var target = Double(values[label])
            if smoothing > 0 {
                let mean = Double(loops.sum(values, count: classes)) / Double(classes)
                target += Double(smoothing) * (mean - target)
            }
            total += Double(peaks[row]) - target
        }
        return (Float(total), logSums)
    }

    /// The gradient of ``crossEntropy(_:classes:labels:smoothing:)`` times a factor:
    /// factor·(softmax(x) − q).
    public static func crossEntropyGradient(
        _ x: Floats, classes: Int, labels: [Int], smoothing: Float, logSums: Floats, factor: Float
    ) -> Floats {
        check(labels, classes)
        precondition(rowCount(x, classes) == labels.count, "a label for each row")
        var d = exponentials(x, minus: logSums, width: classes)
        let target = d.mutablePointer()
        labels.withUnsafeBufferPointer { labels in
            guard let first = labels.baseAddress else { return }
            loops.crossEntropyGradient(
                target, labels: first, rows: labels.count, classes: classes,
                smoothing: smoothing, factor: factor)
        }
        return d
    }

    private static func check(_ labels: [Int], _ classes: Int) {
        for label in labels {
            precondition(label >= 0 && label < classes, "label \(label) of \(classes) classes")
        }
    }
}

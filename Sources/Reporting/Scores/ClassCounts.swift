/// How often each class occurs among labels and answers.
struct ClassCounts {
    /// Samples of the class.
    private var labelled: [Int]
    /// Samples that were named the class.
    private var named: [Int]
    /// Samples of the class that were named it.
    private var right: [Int]

    init(labels: [Int], answers: [Int], classes: Int) {
        let none = [Int](repeating: 0, count: classes)
        (labelled, named, right) = (none, none, none)
        for (label, answer) in zip(labels, answers) {
            labelled[label] += 1
            named[answer] += 1
            if label == answer { right[label] += 1 }
        }
    }

    /// The share of each class's samples that were named right; nil for a class without samples.
    var accuracies: [Double?] {
        zip(right, labelled).map { right, all in all > 0 ? Double(right) / Double(all) : nil }
    }

    /// The mean over the classes that occur of F1, the harmonic mean of precision and recall:
    /// 2·right / (labelled + named).
    var macroF1: Double {
        let scores = right.indices.compactMap { label -> Double? in
            let all = labelled[label] + named[label]
            return all > 0 ? 2 * Double(right[label]) / Double(all) : nil
        }
        return scores.isEmpty ? 0 : scores.reduce(0, +) / Double(scores.count)
    }

    /// How often samples of a class, each a row, were named each class.
    static func confusion(of labels: [Int], _ answers: [Int], classes: Int) -> [[Int]] {
        var rows = [[Int]](repeating: [Int](repeating: 0, count: classes), count: classes)
        for (label, answer) in zip(labels, answers) { rows[label][answer] += 1 }
        return rows
    }
}

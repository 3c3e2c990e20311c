import Bytes
import NeuralNetwork

/// The classes of all samples on which is taught, and what is drawn of other classes than a
/// sample's own.
package struct SampleClasses: Sendable {
    /// The numbers of the samples, ascending: the rows of a memory.
    package let samples: [Int]
    private let rows: [Int: Int]
    private let labels: [Int]
    /// The rows of the samples that are not of a class.
    private let others: [Int: [Int]]

    /// - Parameter classes: by the samples' numbers.
    package init(_ classes: [Int: Int] = [:]) {
        let samples = classes.keys.sorted()
        let labels = samples.map { classes[$0] ?? 0 }
        self.samples = samples
        self.labels = labels
        rows = Dictionary(uniqueKeysWithValues: samples.enumerated().map { ($1, $0) })
        others = Dictionary(
            uniqueKeysWithValues: Set(labels).map { label in
                (label, labels.indices.filter { labels[$0] != label })
            })
    }

    /// For each of a batch's samples as many of other classes, all different where there are
    /// enough.
    package func draw(_ count: Int, for batch: [Int], _ key: RandomKey) -> DrawnSamples {
        let anchors = batch.map { sample in
            guard let row = rows[sample] else { preconditionFailure("sample \(sample) is unknown") }
            return row
        }
        var counts = [Float](repeating: 0, count: anchors.count * samples.count)
        var total = 0
        // Of each class one copy, which every draw leaves as it was.
        var shuffled = others
        for (place, row) in anchors.enumerated() {
            total += shuffled[labels[row]]?.isEmpty == false ? count : 0
            let start = place * samples.count
            Self.draw(count, of: &shuffled[labels[row], default: []], key.child(place)) {
                counts[start + $0] += 1
            }
        }
        return DrawnSamples(
            anchors: anchors,
            counts: Tensor(shape: [anchors.count, samples.count], values: counts), count: total)
    }

    private static func draw(
        _ count: Int, of rows: inout [Int], _ key: RandomKey, _ take: (Int) -> Void
    ) {
        guard !rows.isEmpty else { return }
        guard count <= rows.count else {
            for draw in 0..<count { take(rows[key.integer(below: rows.count, at: draw)]) }
            return
        }
        func partner(_ draw: Int) -> Int {
            draw + key.integer(below: rows.count - draw, at: draw)
        }
        for draw in 0..<count {
            rows.swapAt(draw, partner(draw))
            take(rows[draw])
        }
        for draw in (0..<count).reversed() { rows.swapAt(draw, partner(draw)) }
    }
}

/// The anchors of a batch, and which samples were drawn for each.
package struct DrawnSamples: Sendable {
    /// The anchors' rows in the memory.
    package let anchors: [Int]
    /// How often each sample was drawn for each anchor, N×n.
    package let counts: Tensor
    /// How many were drawn for all anchors.
    package let count: Int

    /// - Parameter count: the sum of the counts.
    package init(anchors: [Int], counts: Tensor, count: Int) {
        (self.anchors, self.counts, self.count) = (anchors, counts, count)
    }

    /// The elements of N×n that are an anchor beside itself.
    var positives: [Int] {
        anchors.enumerated().map { $0.offset * counts.shape[1] + $0.element }
    }

    /// Z: n times the mean of the exponentials of products N×n, of the anchors and what was drawn.
    func scale(of products: Tensor) -> Float {
        let powers = Variable(products).exp()
        let positive = powers.selecting(elements: positives, shape: [anchors.count]).sum()
            .value.scalar
        let negative = (powers * Variable(counts)).sum().value.scalar
        return Float(counts.shape[1]) * (positive + negative) / Float(anchors.count + count)
    }
}

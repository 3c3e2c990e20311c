import Bytes

/// Finished batches of made samples, or of their features, of which the latest are kept.
public struct SampleBank: Sendable {
    /// How many batches are kept.
    public let capacity: Int
    /// N×C×H×W of a batch of samples, N×C of their features.
    public let batchShape: [Int]
    /// How many batches were finished, those that are no longer kept among them.
    public private(set) var finished = 0
    /// The batch of number b, counted from 0, is at b mod ``capacity``.
    private var batches: [Tensor] = []

    /// An empty bank.
    ///
    /// - Precondition: it keeps at least one batch.
    init(capacity: Int, batchShape: [Int]) {
        precondition(capacity >= 1, "a bank keeps a batch at least")
        (self.capacity, self.batchShape) = (capacity, batchShape)
    }

    /// How many samples are kept.
    public var count: Int { batches.count * batchShape[0] }

    /// The numbers in a full bank.
    public var size: Int { capacity * batchShape.reduce(1, *) }

    /// Whether every number is finite.
    var isFinite: Bool { batches.allSatisfy(\.isFinite) }

    /// Keeps a finished batch in place of the oldest, if the bank is full.
    ///
    /// - Precondition: it has the bank's shape.
    public mutating func add(_ batch: Tensor) {
        precondition(batch.shape == batchShape, "a batch of another shape")
        if batches.count < capacity {
            batches.append(batch)
        } else {
            batches[finished % capacity] = batch
        }
        finished += 1
    }

    /// Samples by their numbers, in the order asked for.
    ///
    /// - Precondition: each is below ``count``.
    public func samples(_ numbers: [Int]) -> Tensor {
        let size = batchShape[0]
        let places = numbers.indices.sorted { numbers[$0] < numbers[$1] }
        let parts = Dictionary(grouping: places) { numbers[$0] / size }.sorted { $0.key < $1.key }
        let found = Tensor.concatenating(
            parts.map { batch, places in
                batches[batch].selecting(rows: places.map { numbers[$0] % size })
            })
        var order = [Int](repeating: 0, count: numbers.count)
        for (row, place) in parts.flatMap(\.value).enumerated() { order[place] = row }
        return found.selecting(rows: order)
    }
}

/// How a bank lies in a file: all its places, those that are not filled yet as zeros.
extension SampleBank {
    /// What its tensors are called.
    static let samplesName = "bank.samples"
    static let countName = "bank.finished"

    /// The shape of ``samplesName``: (places·N)×C×H×W.
    var storedShape: [Int] { [capacity * batchShape[0]] + batchShape.dropFirst() }

    /// All places.
    var stored: Tensor {
        let values = batches.flatMap(\.values)
        return Tensor(
            shape: storedShape,
            values: values + [Float](repeating: 0, count: size - values.count))
    }

    /// Takes what ``stored`` gave.
    ///
    /// - Throws: ``SafeTensorsError`` where it cannot be.
    mutating func restore(_ values: [Float], finished: Int) throws(SafeTensorsError) {
        guard finished >= 0 else {
            throw SafeTensorsError("'\(Self.countName)' is \(finished), and no count is negative")
        }
        let width = batchShape.reduce(1, *)
        batches = (0..<min(finished, capacity)).map { place in
            Tensor(
                shape: batchShape, values: Array(values[place * width..<(place + 1) * width]))
        }
        self.finished = finished
    }
}

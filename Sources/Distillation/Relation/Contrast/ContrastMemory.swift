import Bytes
import Foundation
import NeuralNetwork

/// What contrastive distillation remembers: an embedding of every sample on either side, and by
/// what their exponentials are divided.
package struct ContrastMemory: Sendable {
    /// n×d, the student's.
    package private(set) var student: Tensor
    /// n×d, the teacher's.
    package private(set) var teacher: Tensor
    /// Z of either side, the student's first; empty before the first batch.
    package var scales: [Float] = []

    /// Embeddings that are uniform in ±1/√(d/3), of norm 1 in the mean.
    init(samples: Int, width: Int, _ key: RandomKey) {
        let bound = 1 / (Float(width) / 3).squareRoot()
        (student, teacher) = (
            Self.table(samples, width, bound, key.child("student")),
            Self.table(samples, width, bound, key.child("teacher"))
        )
    }

    /// Given embeddings.
    package init(student: Tensor, teacher: Tensor, scales: [Float] = []) {
        (self.student, self.teacher, self.scales) = (student, teacher, scales)
    }

    private static func table(
        _ samples: Int, _ width: Int, _ bound: Float, _ key: RandomKey
    ) -> Tensor {
        Tensor(
            shape: [samples, width],
            values: (0..<samples * width).map { (2 * key.uniform(at: $0) - 1) * bound })
    }

    /// Moves the embeddings of a batch's samples towards those that it has now; of a sample that
    /// occurs more than once the last counts.
    ///
    /// - Parameters:
    ///   - rows: the samples' places in the tables.
    ///   - share: how much of the former remains.
    mutating func move(to own: Tensor, _ others: Tensor, at rows: [Int], keeping share: Float) {
        Self.move(&student, to: own, at: rows, keeping: share)
        Self.move(&teacher, to: others, at: rows, keeping: share)
    }

    private static func move(
        _ table: inout Tensor, to new: Tensor, at rows: [Int], keeping share: Float
    ) {
        let former = Variable(table.selecting(rows: rows))
        let moved = (former * share + Variable(new) * (1 - share)).normalizedRows().value
        let width = table.shape[1]
        table.update { floats in
            for (place, row) in rows.enumerated() {
                floats.replace(
                    at: row * width, with: moved.floats[place * width..<(place + 1) * width])
            }
        }
    }
}

extension ContrastMemory: Hashable {
    package static func == (one: ContrastMemory, other: ContrastMemory) -> Bool {
        one.scales == other.scales && one.student.shape == other.student.shape
            && one.student.values == other.student.values
            && one.teacher.values == other.teacher.values
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(scales)
        hasher.combine(student.values)
        hasher.combine(teacher.values)
    }
}

/// The embeddings are written as little-endian numbers in Base64.
extension ContrastMemory: Codable {
    private enum Key: String, CodingKey { case scales, shape, student, teacher }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let shape = try container.decode([Int].self, forKey: .shape)
        let sides = try [Key.student, .teacher].map { key in
            let bytes = [UInt8](try container.decode(Data.self, forKey: key))
            guard shape.count == 2, shape.allSatisfy({ $0 > 0 }),
                bytes.count == 4 * shape[0] * shape[1], bytes.areOfFiniteFloats
            else {
                throw DecodingError.dataCorruptedError(
                    forKey: key, in: container,
                    debugDescription: "the embeddings do not fill \(shape) with finite numbers")
            }
            return Tensor(shape: shape, values: [Float](littleEndian: bytes))
        }
        self.init(
            student: sides[0], teacher: sides[1],
            scales: try container.decode([Float].self, forKey: .scales))
        guard [0, 2].contains(scales.count), scales.allSatisfy({ $0 > 0 && $0.isFinite }) else {
            throw DecodingError.dataCorruptedError(
                forKey: .scales, in: container, debugDescription: "they are two, above 0")
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(scales, forKey: .scales)
        try container.encode(student.shape, forKey: .shape)
        try container.encode(Data(student.values.littleEndianBytes), forKey: .student)
        try container.encode(Data(teacher.values.littleEndianBytes), forKey: .teacher)
    }
}

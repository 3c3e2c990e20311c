import Bytes
import Foundation
import NeuralNetwork

/// The latest row that each teacher published for each sample, or the latest rows where a sample
/// has one for each of its positions.
///
/// A copy shares its pages: a learner's state is copied at every step.
package struct SampleMemory: Hashable, Sendable {
    /// The row of one sample.
    struct Row: Hashable, Sendable {
        var values: [Float]
        /// The step at which the teacher published it.
        var step: Int
    }

    /// The rows of one teacher.
    struct Table: Hashable, Sendable {
        private static let pageSize = 64
        /// Rows by their sample, a page at a time: a step changes a few pages alone.
        private var pages: [Int: [Row?]] = [:]
        /// The shape of what is stored of one sample: of its row, or rows × width.
        let shape: [Int]
        /// How many rows a sample has.
        let rowsPerSample: Int

        init(shape: [Int], rowsPerSample: Int) {
            (self.shape, self.rowsPerSample) = (shape, rowsPerSample)
        }

        subscript(sample: Int) -> Row? {
            get { pages[sample / Self.pageSize]?[sample % Self.pageSize] }
            set {
                pages[
                    sample / Self.pageSize,
                    default: Array(repeating: nil, count: Self.pageSize)
                ][sample % Self.pageSize] = newValue
            }
        }

        /// All rows, by their sample ascending.
        var rows: [(sample: Int, row: Row)] {
            pages.sorted { $0.key < $1.key }.flatMap { page, rows in
                rows.enumerated().compactMap { place, row in
                    row.map { (page * Self.pageSize + place, $0) }
                }
            }
        }
    }

    /// By teacher.
    private var tables: [String: Table] = [:]

    package init() {}

    /// Stores a teacher's rows of the samples of a step, where they are newer than those stored.
    package mutating func store(
        _ tensor: Tensor, of teacher: String, samples: [Int], step: Int
    ) {
        let rows = tensor.shape[0] / max(1, samples.count)
        let shape = (rows > 1 ? [rows] : []) + tensor.shape.dropFirst()
        let width = shape.reduce(1, *)
        let values = tensor.values
        var table = tables[teacher] ?? Table(shape: shape, rowsPerSample: rows)
        tables[teacher] = nil
        for (place, sample) in samples.enumerated() where table[sample]?.step ?? -1 <= step {
            table[sample] = Row(
                values: Array(values[place * width..<(place + 1) * width]), step: step)
        }
        tables[teacher] = table
    }

    /// The latest rows that a teacher published for some samples.
    ///
    /// - Parameter age: how many steps old a row may be; nil for any age.
    /// - Returns: nil where no row is stored for any of the samples.
    package func latest(
        of teacher: String, _ samples: [Int], at step: Int, age: Int?
    ) -> TeacherRows? {
        guard let table = tables[teacher] else { return nil }
        let rows = samples.map { sample in
            table[sample].flatMap { step - $0.step <= age ?? .max ? $0 : nil }
        }
        guard rows.contains(where: { $0 != nil }) else { return nil }
        let nothing = [Float](repeating: 0, count: table.shape.reduce(1, *))
        let count = table.rowsPerSample
        return TeacherRows(
            teacher,
            Tensor(
                shape: [samples.count * count] + table.shape.suffix(from: count > 1 ? 1 : 0),
                values: rows.flatMap { $0?.values ?? nothing }),
            ages: rows.flatMap { row in
                [Int?](repeating: row.map { step - $0.step }, count: count)
            })
    }
}

extension SampleMemory: Codable {
    package init(from decoder: any Decoder) throws {
        tables = try decoder.singleValueContainer().decode([String: Table].self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(tables)
    }
}

/// A table is written as little-endian numbers in Base64: a set of samples has very many of them.
extension SampleMemory.Table: Codable {
    private enum Key: String, CodingKey { case shape, rowsPerSample, samples, steps, rows }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        self.init(
            shape: try container.decode([Int].self, forKey: .shape),
            rowsPerSample: try container.decode(Int.self, forKey: .rowsPerSample))
        let samples = try container.decode(Data.self, forKey: .samples).integers
        let steps = try container.decode(Data.self, forKey: .steps).integers
        let values = try container.decode(Data.self, forKey: .rows).floats
        let width = shape.reduce(1, *)
        guard shape.allSatisfy({ $0 > 0 }),
            rowsPerSample == 1 || rowsPerSample == shape.first, steps.count == samples.count,
            values.count == samples.count * width, values.allSatisfy(\.isFinite),
            samples.allSatisfy({ $0 >= 0 }),
            zip(samples, samples.dropFirst()).allSatisfy({ $0 < $1 })
        else {
            throw DecodingError.dataCorruptedError(
                forKey: .rows, in: container,
                debugDescription: "the rows are not finite, each of one sample and one step")
        }
        for (place, sample) in samples.enumerated() {
            self[sample] = SampleMemory.Row(
                values: Array(values[place * width..<(place + 1) * width]), step: steps[place])
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        let rows = rows
        try container.encode(shape, forKey: .shape)
        try container.encode(rowsPerSample, forKey: .rowsPerSample)
        try container.encode(Data(integers: rows.map(\.sample)), forKey: .samples)
        try container.encode(Data(integers: rows.map(\.row.step)), forKey: .steps)
        try container.encode(Data(floats: rows.flatMap(\.row.values)), forKey: .rows)
    }
}

extension Data {
    fileprivate init(integers: [Int]) {
        self.init(
            integers.flatMap { integer in
                (0..<8).map { UInt8(truncatingIfNeeded: integer >> (8 * $0)) }
            })
    }

    fileprivate init(floats: [Float]) { self.init(floats.littleEndianBytes) }

    /// The numbers of ``init(integers:)``.
    fileprivate var integers: [Int] {
        let bytes = [UInt8](self)
        return stride(from: 0, to: bytes.count - bytes.count % 8, by: 8).map { start in
            Int(bitPattern: (0..<8).reduce(0) { $0 | UInt(bytes[start + $1]) << (8 * $1) })
        }
    }

    fileprivate var floats: [Float] { [Float](littleEndian: [UInt8](self)) }
}

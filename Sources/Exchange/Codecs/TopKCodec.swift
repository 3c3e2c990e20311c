import CohortGraph
import Foundation
import Options

/// The k largest values of each row, exactly, and one value for all the others.
///
/// A row is the last dimension: the classes. The tail value keeps what the others weigh together:
/// for logits at temperature T it is T·log(mean exp(z/T)), so that the softmax at T gives the kept
/// classes their exact probabilities and the others' sum is right; for anything else it is the
/// mean, which keeps the sum of probabilities.
///
/// Error: none in the kept values; another is off by no more than its distance from the tail value.
public struct TopKCodec: KnowledgeCodec, Configurable {
    public static let name = "top-k"
    public static let summary = "the k largest of each row, one value for the rest"
    public static let shortForm: String? = "k"

    /// A tensor of more values than this is refused, for few bytes could stand for very many.
    public static let mostValues = 1 << 25

    /// How many values are kept of a row; all, where the row has no more.
    public let k: Int

    /// - Precondition: `k` is at least 1.
    public init(k: Int = 5) {
        precondition(k >= 1)
        self.k = k
    }

    /// Reads `k`.
    ///
    /// - Throws: `SettingError` for a `k` out of range.
    public init(options: inout OptionReader) throws(SettingError) {
        k = options.value("k", default: 5, in: 1...65535, help: "values kept of each row")
    }

    public var traits: CodecTraits { .keepsSimplex }
    public var encoding: Encoding { .topK }

    public func encode(_ values: [Float], shape: [Int], temperature: Float?) -> [UInt8] {
        let classes = shape.last ?? 1
        let kept = min(k, classes)
        let rows = classes == 0 ? 0 : values.count / classes
        let size = Self.rowBytes(kept)
        var bytes = [UInt8](repeating: 0, count: Self.headBytes + rows * size)
        bytes.set(UInt32(kept), at: 0)
        for row in 0..<rows {
            let values = Array(values[row * classes..<(row + 1) * classes])
            Self.write(
                values, keeping: Self.largest(kept, of: values), temperature,
                to: &bytes, at: Self.headBytes + row * size)
        }
        return bytes
    }

    /// The indices of the largest values, ascending; of equal values the first.
    private static func largest(_ count: Int, of row: [Float]) -> [Int] {
        var best: [Int] = []
        for (index, value) in row.enumerated() {
            if best.count == count {
                guard let last = best.last, value > row[last] else { continue }
                best.removeLast()
            }
            best.insert(index, at: best.firstIndex { row[$0] < value } ?? best.endIndex)
        }
        return best.sorted()
    }

    private static func write(
        _ row: [Float], keeping kept: [Int], _ temperature: Float?, to bytes: inout [UInt8],
        at offset: Int
    ) {
        var isOther = [Bool](repeating: true, count: row.count)
        for index in kept { isOther[index] = false }
        let others = row.indices.filter { isOther[$0] }.map { Double(row[$0]) }
        let tail = tail(of: others, temperature.map(Double.init))
        bytes.set(Float(tail).bitPattern, at: offset)
        for (place, index) in kept.enumerated() {
            bytes.set(UInt32(index), at: offset + 4 + 8 * place)
            bytes.set(row[index].bitPattern, at: offset + 8 + 8 * place)
        }
    }

    /// One value for all the others.
    private static func tail(of others: [Double], _ temperature: Double?) -> Double {
        guard let greatest = others.max() else { return 0 }
        guard others.allSatisfy(\.isFinite) else { return .nan }
        let count = Double(others.count)
        guard let temperature else { return others.reduce(0, +) / count }
        let sum = others.reduce(0) { $0 + exp(($1 - greatest) / temperature) }
        return greatest + temperature * log(sum / count)
    }
}

extension TopKCodec: PayloadFormat {
    private static let headBytes = 4

    private static func rowBytes(_ kept: Int) -> Int { 4 + 8 * kept }

    static func check(_ payload: [UInt8], _ layout: ValueLayout) throws(WireError) {
        guard payload.count >= headBytes else {
            throw WireError(.values, "\(payload.count) bytes have no room for k")
        }
        let kept = Int(payload.integer(UInt32.self, at: 0))
        guard kept <= layout.classes else {
            throw WireError(.values, "\(kept) values kept of \(layout.classes)")
        }
        guard layout.count <= mostValues else {
            throw WireError(.dimensions, "\(layout.count) values, \(mostValues) allowed")
        }
        try layout.expect(headBytes + layout.rows * rowBytes(kept), of: payload)
    }

    static func decode(_ payload: [UInt8], _ layout: ValueLayout) throws(WireError) -> [Float] {
        let kept = Int(payload.integer(UInt32.self, at: 0))
        var values: [Float] = []
        values.reserveCapacity(layout.count)
        for row in 0..<layout.rows {
            let offset = headBytes + row * rowBytes(kept)
            let start = values.count
            let tail = payload.float(at: offset)
            values.append(contentsOf: repeatElement(tail, count: layout.classes))
            var next = 0
            for entry in stride(from: offset + 4, to: offset + rowBytes(kept), by: 8) {
                let index = Int(payload.integer(UInt32.self, at: entry))
                guard next..<layout.classes ~= index else {
                    throw WireError(.values, "index \(index) does not ascend or is too large")
                }
                values[start + index] = payload.float(at: entry + 4)
                next = index + 1
            }
        }
        return values
    }
}

import Bytes

/// An array in NumPy's format NPY, in row-major order.
package struct NPYArray: Equatable, Sendable {
    /// The sizes, that of the slowest index first.
    package let shape: [Int]
    /// The elements, the last index fastest.
    package let elements: SampleSet.Pixels
    /// Where it came from, for messages.
    package let path: String

    /// - Parameter path: where the bytes came from, for messages.
    /// - Throws: ``DatasetError`` (65) unless the bytes are exactly one array of numbers with at
    ///   least one element. Nothing is allocated before the sizes agree.
    package init(_ bytes: [UInt8], path: String) throws(DatasetError) {
        var reader = ByteReader(bytes)
        let header = try NPYHeader(&reader, path: path)
        guard let element = NPYElement(header.type) else {
            throw DatasetError(
                .corrupt,
                "\(path): holds elements of type \(header.type), which are no real numbers; save"
                    + " them as numbers, by array.astype(\"float32\")")
        }
        var size = element.width
        var isPossible = !header.shape.isEmpty && !header.shape.contains(0)
        for extent in header.shape where isPossible {
            let (product, overflow) = size.multipliedReportingOverflow(by: extent)
            (size, isPossible) = (product, !overflow)
        }
        guard isPossible, size == reader.remaining, let rest = try? reader.bytes(size) else {
            let shape = header.shape.map(String.init).joined(separator: "×")
            throw DatasetError(
                .corrupt,
                "\(path): its header promises \(shape) elements of"
                    + " \(element.width) bytes, \(reader.remaining) bytes follow; save it again")
        }
        self.path = path
        shape = header.shape
        let stored = element.decode(rest)
        elements = header.isFortran ? stored.rowMajor(shape) : stored
    }
}

extension SampleSet.Pixels {
    /// Elements that lie with the first index fastest, with the last one fastest.
    fileprivate func rowMajor(_ shape: [Int]) -> Self {
        let axes = Array(shape.indices)
        let strides = axes.map { shape[..<$0].reduce(1, *) }
        return permuted(shape, strides: strides)
    }

    /// The elements of an array of this shape, taken by these strides of the stored ones.
    func permuted(_ shape: [Int], strides: [Int]) -> Self {
        switch self {
        case .bytes(let values): .bytes(Self.taken(values, shape, strides))
        case .floats(let values): .floats(Self.taken(values, shape, strides))
        case .mapped(let values):
            .bytes(Self.taken((0..<values.count).map { values[$0] }, shape, strides))
        }
    }

    private static func taken<T>(_ values: [T], _ shape: [Int], _ strides: [Int]) -> [T] {
        var result: [T] = []
        result.reserveCapacity(values.count)
        let last = shape.count - 1
        var index = [Int](repeating: 0, count: shape.count)
        var offset = 0
        while result.count < values.count {
            for step in 0..<shape[last] { result.append(values[offset + step * strides[last]]) }
            var axis = last - 1
            while axis >= 0 {
                index[axis] += 1
                offset += strides[axis]
                if index[axis] < shape[axis] { break }
                offset -= index[axis] * strides[axis]
                index[axis] = 0
                axis -= 1
            }
        }
        return result
    }
}

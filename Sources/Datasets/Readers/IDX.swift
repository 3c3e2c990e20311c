import Bytes

/// An array in the IDX format of the MNIST files.
///
/// Two zero bytes, a type byte, the number of dimensions, each dimension as a big-endian u32, then
/// the elements in row-major order, big-endian. Unsigned bytes stay bytes; signed bytes, 16 and
/// 32-bit integers and both floating-point types become float32. The MNIST files are described at
/// <http://yann.lecun.com/exdb/mnist/>.
package struct IDXArray: Equatable, Sendable {
    /// The sizes in the header, the first that of the slowest index.
    package let dimensions: [Int]
    /// The elements in row-major order.
    package let elements: SampleSet.Pixels

    /// - Parameter path: where the bytes came from, for messages.
    /// - Throws: ``DatasetError`` (65) unless the bytes are exactly one array of at least one
    ///   element. Nothing is allocated before the sizes agree.
    package init(_ bytes: [UInt8], path: String) throws(DatasetError) {
        do {
            var reader = ByteReader(bytes)
            let magic = try reader.bytes(4)
            guard magic.starts(with: [0, 0]), let kind = ElementType(rawValue: magic[2]) else {
                throw DatasetError(
                    .corrupt,
                    "\(path): not an IDX file: it begins with \(magic.hexadecimal),"
                        + " where images of bytes begin with 00000803 and labels with 00000801")
            }
            dimensions = try Self.dimensions(&reader, count: Int(magic[3]))
            guard Self.size(dimensions, of: kind) == reader.remaining else {
                throw DatasetError(
                    .corrupt,
                    "\(path): its header promises \(Self.described(dimensions)) elements of"
                        + " \(kind.width) bytes, \(reader.remaining) bytes follow;"
                        + " fetch the file again")
            }
            elements = kind.decode(try reader.bytes(reader.remaining))
        } catch let error as DatasetError {
            throw error
        } catch {
            throw DatasetError(.corrupt, "\(path): cut short: \(error); fetch the file again")
        }
    }

    /// The array of a file, plain or gzipped.
    ///
    /// - Throws: ``DatasetError`` where the file is missing (66) or is no such array (65).
    package static func read(_ path: String) throws(DatasetError) -> IDXArray {
        try IDXArray(try DataFile.read(path), path: path)
    }

    private static func dimensions(
        _ reader: inout ByteReader, count: Int
    ) throws(TruncatedBytes) -> [Int] {
        var dimensions: [Int] = []
        for _ in 0..<count {
            dimensions.append(Int(try reader.bigEndian(UInt32.self)))
        }
        return dimensions
    }

    /// Bytes that the elements take, or nil where there are none or too many to count.
    private static func size(_ dimensions: [Int], of kind: ElementType) -> Int? {
        guard !dimensions.isEmpty, !dimensions.contains(0) else { return nil }
        var size = kind.width
        for dimension in dimensions {
            let (product, overflow) = size.multipliedReportingOverflow(by: dimension)
            if overflow { return nil }
            size = product
        }
        return size
    }

    private static func described(_ dimensions: [Int]) -> String {
        dimensions.isEmpty ? "no" : dimensions.map(String.init).joined(separator: "×")
    }
}

/// The type byte of an IDX file.
private enum ElementType: UInt8 {
    case unsignedByte = 0x08
    case signedByte = 0x09
    case int16 = 0x0B
    case int32 = 0x0C
    case float32 = 0x0D
    case float64 = 0x0E

    /// Bytes of one element.
    var width: Int {
        switch self {
        case .unsignedByte, .signedByte: 1
        case .int16: 2
        case .int32, .float32: 4
        case .float64: 8
        }
    }

    func decode(_ bytes: ArraySlice<UInt8>) -> SampleSet.Pixels {
        switch self {
        case .unsignedByte: .bytes(Array(bytes))
        case .signedByte: .floats(bytes.numbers(Int8.self, isBigEndian: true) { Float($0) })
        case .int16: .floats(bytes.numbers(Int16.self, isBigEndian: true) { Float($0) })
        case .int32: .floats(bytes.numbers(Int32.self, isBigEndian: true) { Float($0) })
        case .float32:
            .floats(bytes.numbers(UInt32.self, isBigEndian: true) { Float(bitPattern: $0) })
        case .float64:
            .floats(bytes.numbers(UInt64.self, isBigEndian: true) { Float(Double(bitPattern: $0)) })
        }
    }
}

import Bytes

/// The header of an array in NumPy's format NPY: the elements' type, their order and the shape.
///
/// Six bytes `\x93NUMPY`, the version, the length of a Python dictionary in ASCII or UTF-8, and the
/// dictionary: <https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>.
struct NPYHeader: Equatable, Sendable {
    /// The type as NumPy writes it: `<f4`.
    let type: String
    /// Whether the first index runs fastest.
    let isFortran: Bool
    /// The sizes, that of the slowest index first unless the order is Fortran's.
    let shape: [Int]

    private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

    /// Reads a header, and leaves the reader at the elements.
    ///
    /// - Parameter path: where from, for messages.
    /// - Throws: ``DatasetError`` (65) where the bytes begin with no such header.
    init(_ reader: inout ByteReader, path: String) throws(DatasetError) {
        do {
            guard try reader.bytes(6).elementsEqual(Self.magic) else {
                throw DatasetError(.corrupt, "\(path): is no array in NumPy's format (.npy)")
            }
            let version = try reader.littleEndian(UInt8.self)
            _ = try reader.littleEndian(UInt8.self)
            guard (1...3).contains(version) else {
                throw DatasetError(.corrupt, "\(path): has version \(version) of NumPy's format")
            }
            let length =
                version == 1
                ? Int(try reader.littleEndian(UInt16.self))
                : Int(try reader.littleEndian(UInt32.self))
            let text = String(decoding: try reader.bytes(length), as: UTF8.self)
            guard let fields = Self.parsed(text) else {
                throw DatasetError(
                    .corrupt, "\(path): its header cannot be read: \(text.prefix(80))")
            }
            (type, isFortran, shape) = fields
        } catch let error as DatasetError {
            throw error
        } catch {
            throw DatasetError(.corrupt, "\(path): its header is cut short: \(error)")
        }
    }

    /// Reads `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`.
    private static func parsed(
        _ text: String
    ) -> (type: String, isFortran: Bool, shape: [Int])? {
        guard let type = quoted(after: "'descr':", in: text),
            let order = word(after: "'fortran_order':", in: text),
            let shape = tuple(after: "'shape':", in: text)
        else { return nil }
        guard order == "True" || order == "False" else { return nil }
        return (type, order == "True", shape)
    }

    private static func rest(after key: String, in text: String) -> Substring? {
        text.firstRange(of: key).map { text[$0.upperBound...].drop { $0 == " " } }
    }

    /// The text in quotes; of a structured type, which stands in brackets, all of it.
    private static func quoted(after key: String, in text: String) -> String? {
        guard let rest = rest(after: key, in: text), let first = rest.first else { return nil }
        guard first == "'" || first == "\"" else { return String(rest.prefix { $0 != "]" }) }
        let value = rest.dropFirst().prefix { $0 != first }
        return value.endIndex < rest.endIndex ? String(value) : nil
    }

    private static func word(after key: String, in text: String) -> String? {
        rest(after: key, in: text).map { String($0.prefix(while: \.isLetter)) }
    }

    private static func tuple(after key: String, in text: String) -> [Int]? {
        guard let rest = rest(after: key, in: text), rest.first == "(",
            let end = rest.firstIndex(of: ")")
        else { return nil }
        let items = rest[..<end].dropFirst().split(separator: ",")
            .map { $0.filter { $0 != " " } }.filter { !$0.isEmpty }
        let sizes = items.compactMap { Int($0) }
        return sizes.count == items.count && sizes.allSatisfy { $0 >= 0 } ? sizes : nil
    }
}

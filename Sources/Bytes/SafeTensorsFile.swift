/// Named tensors and metadata in the safetensors format, which PyTorch reads and writes.
///
///     u64 LE N · N bytes of JSON · the tensors' bytes
///
/// Encoding is canonical: wider types first, then by name, metadata by key, the header padded with
/// spaces to a multiple of eight bytes. Decoding accepts any order, and refuses everything that
/// the format forbids, and names that appear twice.
public struct SafeTensorsFile: Hashable, Sendable {
    /// The tensors by name.
    public var tensors: [String: SafeTensor]
    /// Free text by key; PyTorch writes `format: pt`.
    public var metadata: [String: String]

    /// The longest header that a reader accepts, in bytes.
    public static let longestHeader = 100_000_000

    /// A file of given tensors.
    public init(tensors: [String: SafeTensor] = [:], metadata: [String: String] = [:]) {
        self.tensors = tensors
        self.metadata = metadata
    }

    /// Decodes the bytes of a file, whatever they are; memory stays within a few times their
    /// number.
    public init(decoding bytes: [UInt8]) throws(SafeTensorsError) {
        let (header, data) = try Self.split(bytes)
        let decoded = try SafeTensorsHeader(decoding: header)
        try decoded.check(against: data.count)
        metadata = decoded.metadata
        tensors = [:]
        for entry in decoded.entries {
            let range =
                entry.range.lowerBound + data.startIndex..<entry.range.upperBound
                + data.startIndex
            tensors[entry.name] = SafeTensor(
                entry.dtype, shape: entry.shape, bytes: Array(data[range]))
        }
    }

    /// The bytes of the file.
    public func encoded() -> [UInt8] {
        let ordered = tensors.sorted { Self.goesBefore($0, $1) }
        let header = Self.header(of: ordered, metadata: metadata)
        let size = ordered.reduce(8 + header.count) { $0 + $1.value.bytes.count }
        var writer = ByteWriter(reservingCapacity: size)
        writer.littleEndian(UInt64(header.count))
        writer.append(header)
        for (_, tensor) in ordered { writer.append(tensor.bytes) }
        return writer.bytes
    }

    private static func split(
        _ bytes: [UInt8]
    ) throws(SafeTensorsError) -> (header: ArraySlice<UInt8>, data: ArraySlice<UInt8>) {
        var reader = ByteReader(bytes)
        do {
            let size = try reader.littleEndian(UInt64.self)
            guard size <= longestHeader else {
                throw SafeTensorsError("a header of \(size) bytes is too long to be one")
            }
            return (try reader.bytes(Int(size)), try reader.bytes(reader.remaining))
        } catch let error as SafeTensorsError {
            throw error
        } catch {
            throw SafeTensorsError("the file ends within its header: \(error)")
        }
    }

    private static func goesBefore(
        _ a: (key: String, value: SafeTensor), _ b: (key: String, value: SafeTensor)
    ) -> Bool {
        let (first, second) = (a.value.dtype.rank, b.value.dtype.rank)
        return first != second
            ? first > second : Array(a.key.utf8).lexicographicallyPrecedes(b.key.utf8)
    }

    private static func header(
        of ordered: [(key: String, value: SafeTensor)], metadata: [String: String]
    ) -> [UInt8] {
        var members: [String] = []
        if !metadata.isEmpty {
            let pairs = metadata.sorted { $0.key < $1.key }
                .map { "\(quoted($0.key)):\(quoted($0.value))" }
            members.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
        }
        var end = 0
        for (name, tensor) in ordered {
            let begin = end
            end += tensor.bytes.count
            let shape = tensor.shape.map(String.init).joined(separator: ",")
            members.append(
                "\(quoted(name)):{\"dtype\":\"\(tensor.dtype.rawValue)\",\"shape\":[\(shape)],"
                    + "\"data_offsets\":[\(begin),\(end)]}")
        }
        let json = Array("{\(members.joined(separator: ","))}".utf8)
        return json + [UInt8](repeating: 0x20, count: -json.count & 7)
    }

    /// A JSON string.
    private static func quoted(_ text: String) -> String {
        let escaped = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\"": "\\\""
            case "\\": "\\\\"
            case "\n": "\\n"
            case "\r": "\\r"
            case "\t": "\\t"
            case "\u{8}": "\\b"
            case "\u{C}": "\\f"
            case ..<" ":
                "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            default: String(scalar)
            }
        }
        return "\"\(escaped.joined())\""
    }
}

import Bytes
import Foundation

/// What a term of a learner's loss remembers from one step to the next, whatever its type: a part
/// of the learner's state and of its checkpoints.
///
/// The combination or target source of the term owns the type. A checkpoint stores the value as
/// JSON; restored bytes become a value when the owner first asks for its type, so that neither the
/// checkpoint nor the step needs to know it. Two memories are equal if their JSON is.
public struct TermMemory: Sendable {
    /// A memory of some type, as its owner left it.
    private typealias Value = any Codable & Hashable & Sendable

    private enum Storage: Sendable {
        case nothing
        case live(Value)
        case encoded([UInt8])
    }

    private var storage = Storage.nothing

    /// A term that has remembered nothing yet.
    public init() {}

    /// A value as if its owner had left it.
    public init(_ value: some Codable & Hashable & Sendable) { storage = .live(value) }

    /// What ``encoded()`` returned; it is decoded when its owner asks for it.
    public init(encoded bytes: [UInt8]) {
        storage = bytes.isEmpty ? .nothing : .encoded(bytes)
    }

    /// Whether nothing has been remembered yet.
    public var isEmpty: Bool { if case .nothing = storage { true } else { false } }

    /// The value of a type, or the default where nothing has been remembered.
    ///
    /// - Throws: ``TermMemoryError`` where the memory is of another type.
    public func value<M: Codable & Hashable & Sendable>(of type: M.Type, default: M) throws -> M {
        switch storage {
        case .nothing: return `default`
        case .live(let value as M): return value
        case .live(let value): throw TermMemoryError("is a \(Swift.type(of: value)), not a \(type)")
        case .encoded(let bytes):
            do {
                return try Self.decoder.decode(type, from: Data(bytes))
            } catch { throw TermMemoryError("is not a \(type): \(error)") }
        }
    }

    /// Lets `body` read and change the value of a type, which is kept.
    ///
    /// - Parameters:
    ///   - type: the owner's own; a ``NoMemory`` is never stored.
    ///   - default: the value where nothing has been remembered yet.
    /// - Throws: ``TermMemoryError`` where the memory is of another type, and what `body` throws;
    ///   then the memory is what it was or, if `body` threw, what `body` left.
    public mutating func withValue<M: Codable & Hashable & Sendable, R>(
        of type: M.Type, default: M, _ body: (inout M) throws -> R
    ) throws -> R {
        var value = try value(of: type, default: `default`)
        // The value is held once while it changes, so that large ones are not copied.
        storage = .nothing
        defer { if type != NoMemory.self { storage = .live(value) } }
        return try body(&value)
    }

    /// The value as JSON with sorted keys; empty where nothing has been remembered.
    ///
    /// Numbers are written so that they read back to the bit; those that JSON has no form for are
    /// written as the texts `inf`, `-inf` and `nan`.
    ///
    /// - Throws: ``TermMemoryError`` where the value's own `encode` fails.
    public func encoded() throws(TermMemoryError) -> [UInt8] {
        switch storage {
        case .nothing: return []
        case .encoded(let bytes): return bytes
        case .live(let value):
            do {
                return [UInt8](try Self.encoder.encode(value))
            } catch { throw TermMemoryError("cannot be written: \(error)") }
        }
    }

    private static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return encoder
    }

    private static var decoder: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return decoder
    }
}

extension TermMemory: Hashable {
    private var content: [UInt8]? { try? encoded() }

    /// Whether both have the same JSON.
    public static func == (one: TermMemory, other: TermMemory) -> Bool {
        one.content == other.content
    }

    /// Hashes the JSON.
    public func hash(into hasher: inout Hasher) { hasher.combine(content) }
}

extension TermMemory: Codable {
    /// Reads the text of the JSON that ``encode(to:)`` wrote.
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        self.init(encoded: [UInt8](text.utf8))
    }

    /// Writes the JSON of ``encoded()`` as one text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(String(decoding: try encoded(), as: UTF8.self))
    }
}

/// A term's memory that cannot be read or written.
public struct TermMemoryError: ExitCodeError, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, as it follows "the memory of a term".
    public let problem: String

    init(_ problem: String) { self.problem = problem }

    /// The problem as a sentence.
    public var description: String { "the memory of a term \(problem)" }
    /// The checkpoint from which the memory was read is damaged.
    public var exitCode: ExitCode { .corruptData }
}

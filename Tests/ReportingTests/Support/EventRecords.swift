import Bytes
import Foundation
import Reporting

/// Reads TensorBoard's event files by the descriptions of TFRecord and Protocol Buffers.
enum EventRecords {
    struct Damaged: Error {}

    /// The field of a message: its number, and an integer, the bits of a float, or bytes.
    enum Value: Hashable {
        case integer(UInt64)
        case bytes([UInt8])
    }

    /// What a learner's files hold, one after another.
    static func files(in folder: LearnerDirectory) throws -> [(name: String, bytes: [UInt8])] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
            .filter { $0.contains("tfevents") }
            .map {
                ($0, [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder.path + "/" + $0))))
            }
    }

    /// The records of a file, whose checksums are compared.
    static func events(_ bytes: [UInt8]) throws -> [[UInt8]] {
        var events: [[UInt8]] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let length = Array(rest.prefix(8))
            let count = Int(number(length))
            let data = Array(rest.dropFirst(12).prefix(count))
            let sums = [rest.dropFirst(8).prefix(4), rest.dropFirst(12 + count).prefix(4)]
            guard zip(sums, [length, data]).allSatisfy({ number($0) == masked($1) }) else {
                throw Damaged()
            }
            events.append(data)
            rest = rest.dropFirst(16 + count)
        }
        return events
    }

    private static func masked(_ bytes: [UInt8]) -> UInt64 {
        let sum = CRC32C.checksum(bytes)
        return UInt64((sum >> 15 | sum << 17) &+ 0xA282_EAD8)
    }

    private static func number(_ bytes: some Sequence<UInt8>) -> UInt64 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The fields of a message, by their numbers.
    static func fields(_ message: [UInt8]) -> [Int: [Value]] {
        var fields: [Int: [Value]] = [:]
        var rest = message[...]
        func integer() -> UInt64 {
            let bytes = rest.prefix { $0 >= 0x80 } + rest.drop { $0 >= 0x80 }.prefix(1)
            rest = rest.dropFirst(bytes.count)
            return bytes.reversed().reduce(0) { $0 << 7 | UInt64($1 & 0x7F) }
        }
        while !rest.isEmpty {
            let key = integer()
            let value: Value
            switch key & 7 {
            case 0: value = .integer(integer())
            case 2:
                let count = Int(integer())
                value = .bytes(Array(rest.prefix(count)))
                rest = rest.dropFirst(count)
            default:
                let count = key & 7 == 1 ? 8 : 4
                value = .integer(number(rest.prefix(count)))
                rest = rest.dropFirst(count)
            }
            fields[Int(key >> 3), default: []].append(value)
        }
        return fields
    }

    /// One number of type double, or those of a packed field.
    static func doubles(_ value: Value?) -> [Double] {
        switch value {
        case .integer(let bits): [Double(bitPattern: bits)]
        case .bytes(let bytes):
            stride(from: 0, to: bytes.count, by: 8).map { place in
                Double(bitPattern: number(bytes[place..<place + 8]))
            }
        case nil: []
        }
    }

    /// The scalars of an event, by their tags; none where it holds something else.
    static func scalars(_ event: [UInt8]) -> [String: Double] {
        var scalars: [String: Double] = [:]
        for case .bytes(let summary) in fields(event)[5] ?? [] {
            for case .bytes(let message) in fields(summary)[1] ?? [] {
                let value = fields(message)
                guard case .bytes(let tag)? = value[1]?.first,
                    case .integer(let bits)? = value[2]?.first
                else { continue }
                let number = Float(bitPattern: UInt32(bits))
                scalars[String(decoding: tag, as: UTF8.self)] = Double(number)
            }
        }
        return scalars
    }

    /// The step and the time of an event.
    static func place(_ event: [UInt8]) -> (step: Int, time: Double) {
        let fields = fields(event)
        var (step, time) = (0, 0.0)
        if case .integer(let value)? = fields[2]?.first { step = Int(value) }
        if case .integer(let bits)? = fields[1]?.first { time = Double(bitPattern: bits) }
        return (step, time)
    }

    /// The numbers of the one record that a learner's file holds, by their paths.
    @Sendable static func numbers(of folder: LearnerDirectory) throws -> [String: Double] {
        var numbers: [String: Double] = [:]
        for event in try files(in: folder).flatMap({ try events($0.bytes) }) {
            let scalars = scalars(event)
            guard !scalars.isEmpty else { continue }
            let (step, time) = place(event)
            (numbers["step"], numbers["ts"]) = (Double(step), time)
            for (tag, value) in scalars {
                let path = String(tag.trimmingPrefix(/interval\/|epoch\//))
                numbers[path.replacing("/", with: ".")] = value
            }
        }
        return numbers
    }
}

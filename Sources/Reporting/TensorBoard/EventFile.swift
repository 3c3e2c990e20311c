import Bytes
import Foundation

/// A file of TensorBoard's events: a TFRecord file, whose records are messages `Event`.
///
/// Each start of a learner writes a file of its own, since a record that a crash tore would end
/// what a reader takes of it. Readers take the files of a folder in the order of their names.
package struct EventFile: Sendable {
    /// What every name of such a file begins with.
    static let prefix = "events.out.tfevents."

    private let path: String
    private let handle: FileHandle

    /// Makes the folder's next file.
    ///
    /// - Throws: ``DiskError``.
    init(in folder: String) throws(DiskError) {
        let names = try Files.attempt("read", folder) {
            try FileManager.default.contentsOfDirectory(atPath: folder)
        }
        let numbers = names.filter { $0.hasPrefix(Self.prefix) }
            .compactMap { Int($0.dropFirst(Self.prefix.count)) }
        let number = "\((numbers.max() ?? 0) + 1)"
        let padding = String(repeating: "0", count: max(0, 8 - number.count))
        let path = "\(folder)/\(Self.prefix)\(padding)\(number)"
        handle = try Files.attempt("create", path) {
            let url = URL(fileURLWithPath: path)
            try Data().write(to: url, options: .withoutOverwriting)
            return try FileHandle(forWritingTo: url)
        }
        self.path = path
    }

    /// Adds an event, which is whole in the file when the call returns.
    ///
    /// - Throws: ``DiskError``.
    func append(_ event: ProtobufWriter) throws(DiskError) {
        try Files.attempt("write", path) {
            try handle.write(contentsOf: Data(Self.frame(event.bytes)))
        }
    }

    /// A record of a TFRecord file: the length, its checksum, the data, their checksum.
    package static func frame(_ data: [UInt8]) -> [UInt8] {
        var length = ByteWriter()
        length.littleEndian(UInt64(data.count))
        var record = ByteWriter(reservingCapacity: data.count + 16)
        for part in [length.bytes, data] {
            record.append(part)
            record.littleEndian(maskedChecksum(part))
        }
        return record.bytes
    }

    /// TFRecord's checksum: CRC-32C turned right by 15 bits, plus a constant.
    private static func maskedChecksum(_ bytes: [UInt8]) -> UInt32 {
        let checksum = CRC32C.checksum(bytes)
        return (checksum >> 15 | checksum << 17) &+ 0xA282_EAD8
    }
}

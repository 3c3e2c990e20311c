import Bytes
import Foundation

/// Writes an array in NumPy's format NPY, version 1, part after part.
///
/// The file has another name until it is whole.
struct NPYWriter {
    private let path: String
    private let file: FileHandle

    private var draft: String { "\(path).partial" }

    /// Begins a file with its header.
    ///
    /// - Parameters:
    ///   - type: of the elements, as NumPy writes it: `<f4`.
    ///   - shape: the sizes, that of the slowest index first.
    /// - Throws: ``DiskError`` (74).
    init(_ path: String, type: String, shape: [Int]) throws(DiskError) {
        self.path = path
        let draft = "\(path).partial"
        do {
            try FileManager.default.createDirectory(
                atPath: URL(filePath: path).deletingLastPathComponent().path,
                withIntermediateDirectories: true)
            try Data(Self.header(type: type, shape: shape)).write(to: URL(filePath: draft))
            file = try FileHandle(forWritingTo: URL(filePath: draft))
            try file.seekToEnd()
        } catch { throw DiskError("write", path, error) }
    }

    /// Appends the bytes of elements.
    ///
    /// - Throws: ``DiskError`` (74), for example where the disk is full.
    func write(_ bytes: [UInt8]) throws(DiskError) {
        do { try file.write(contentsOf: Data(bytes)) } catch {
            throw DiskError("write", path, error)
        }
    }

    /// Gives the file its name, in place of an older one.
    ///
    /// - Throws: ``DiskError`` (74).
    func finish() throws(DiskError) {
        do {
            try file.close()
            try? FileManager.default.removeItem(atPath: path)
            try FileManager.default.moveItem(atPath: draft, toPath: path)
        } catch { throw DiskError("write", path, error) }
    }

    /// The header, a multiple of 64 bytes as NumPy pads it.
    static func header(type: String, shape: [Int]) -> [UInt8] {
        let sizes = shape.map { "\($0), " }.joined()
        let fields = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(sizes)), }"
        let head = 10
        let padding = 64 - (head + fields.utf8.count + 1) % 64
        let text = fields + String(repeating: " ", count: padding % 64) + "\n"
        var bytes = ByteWriter()
        bytes.append([0x93] + Array("NUMPY".utf8) + [1, 0])
        bytes.littleEndian(UInt16(text.utf8.count))
        bytes.append(text.utf8)
        return bytes.bytes
    }
}

import Bytes
import Foundation
import Synchronization

/// Decoded samples in a file, so that the images are decoded once.
///
/// The file's name is a SHA-256 of the images' bytes and of how samples are made of them. It holds
/// a head of 64 bytes, `cohort images 1` and zeros, and then the samples, C×H×W bytes each. It is
/// written under another name first.
struct ImageCache {
    private static let headBytes = 64
    private static let magic = Array("cohort images 1\n".utf8)
    private let path: String
    private let size: Int

    /// The file of some contents.
    ///
    /// - Parameters:
    ///   - folder: where such files lie; it is made where it is missing.
    ///   - sampleSize: bytes of a sample.
    init(folder: String, digests: [[UInt8]], form: [UInt8], sampleSize: Int) {
        var hash = SHA256()
        hash.update(Self.magic[...])
        hash.update(SHA256.digest(form)[...])
        for digest in digests { hash.update(digest[...]) }
        path = "\(folder)/images-\(hash.finalized().hexadecimal)"
        size = digests.count * sampleSize
    }

    /// Where such files lie unless a folder is named: `$XDG_CACHE_HOME/cohort`, or
    /// `~/.cache/cohort`.
    static var usualFolder: String {
        let environment = ProcessInfo.processInfo.environment
        if let base = environment["XDG_CACHE_HOME"], base.hasPrefix("/") { return "\(base)/cohort" }
        return "\(environment["HOME"] ?? ".")/.cache/cohort"
    }

    /// The samples, where a whole file is there.
    func read() -> MappedBytes? {
        guard let data = try? Data(contentsOf: URL(filePath: path), options: .alwaysMapped),
            data.count == Self.headBytes + size, data.starts(with: Self.magic)
        else { return nil }
        return MappedBytes(file: data, range: Self.headBytes..<data.count)
    }

    /// Writes the samples that `make` hands over piece by piece, and maps them.
    ///
    /// - Returns: nil where the disk does not admit it.
    func write(
        _ make: ((_ samples: [UInt8]) -> Void) throws(DatasetError) -> Void
    ) throws(DatasetError) -> MappedBytes? {
        let folder = URL(filePath: path).deletingLastPathComponent()
        let partial = "\(path).\(UUID().uuidString)"
        guard
            (try? FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true)) != nil,
            FileManager.default.createFile(atPath: partial, contents: nil),
            let file = FileHandle(forWritingAtPath: partial)
        else { return nil }
        defer { try? FileManager.default.removeItem(atPath: partial) }
        var isWritten = true
        func append(_ bytes: [UInt8]) {
            isWritten = isWritten && (try? file.write(contentsOf: Data(bytes))) != nil
        }
        append(Self.magic + [UInt8](repeating: 0, count: Self.headBytes - Self.magic.count))
        try make(append)
        let isClosed = (try? file.synchronize()) != nil && (try? file.close()) != nil
        guard isWritten, isClosed,
            (try? FileManager.default.moveItem(atPath: partial, toPath: path)) != nil
                || FileManager.default.fileExists(atPath: path)
        else { return nil }
        return read()
    }
}

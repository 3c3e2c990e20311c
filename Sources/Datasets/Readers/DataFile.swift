import Bytes
import FoundationEssentials

/// Reading whole files, with errors that name them.
enum DataFile {
    /// The bytes of the file at `path`, inflated where they are a gzip stream.
    static func read(_ path: String) throws(DatasetError) -> [UInt8] {
        let bytes = try stored(path)
        guard bytes.starts(with: [0x1F, 0x8B]) else { return bytes }
        do {
            return try Gzip.inflate(bytes)
        } catch {
            throw DatasetError(.corrupt, "\(path): \(error); fetch the file again")
        }
    }

    /// The bytes of the file at `path` as they are stored.
    static func stored(_ path: String) throws(DatasetError) -> [UInt8] {
        do {
            return [UInt8](try Data(contentsOf: URL(filePath: path)))
        } catch {
            throw DatasetError(
                .missing, "\(path): \(exists(path) ? "cannot be read" : "there is no such file")")
        }
    }

    static func isFolder(_ path: String) -> Bool {
        var isFolder = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder
    }

    static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: path)
    }
}

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
            let remedy =
                error == .damaged
                ? "fetch the file again" : "unpack it by gunzip, and name that file"
            throw DatasetError(.corrupt, "\(path): \(error); \(remedy)")
        }
    }

    /// The bytes of the file at `path` as they are stored.
    ///
    /// - Parameter most: bytes that it may have.
    /// - Throws: ``DatasetError`` where it is missing, or no regular file, such as a pipe whose end
    ///   may never come (66); where it is larger (65).
    static func stored(_ path: String, most: Int = .max) throws(DatasetError) -> [UInt8] {
        let size = try size(of: path)
        guard size <= most else {
            throw DatasetError(
                .corrupt,
                "\(path): has \(size) bytes, more than the \(most) that are read of a file"
                    + " of its kind")
        }
        guard let data = try? Data(contentsOf: URL(filePath: path)) else {
            throw DatasetError(.missing, "\(path): cannot be read")
        }
        return [UInt8](data)
    }

    /// The bytes of a regular file, links followed.
    static func size(of path: String) throws(DatasetError) -> Int {
        let target = URL(filePath: path).resolvingSymlinksInPath().path
        let attributes = try? FileManager.default.attributesOfItem(atPath: target)
        if attributes?[.type] as? FileAttributeType == .typeRegular,
            let size = attributes?[.size] as? Int
        {
            return size
        }
        throw DatasetError(
            .missing,
            "\(path): "
                + (!exists(path)
                    ? "there is no such file"
                    : isFolder(path)
                        ? "is a folder, where a file is needed"
                        : "is a pipe, a socket or a device; save its contents as a file"))
    }

    /// The names in a folder that do not begin with a dot, in the order of their UTF-8 bytes.
    ///
    /// - Throws: ``DatasetError`` (66) where there is no such folder, or it cannot be listed.
    static func names(in folder: String) throws(DatasetError) -> [String] {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            throw DatasetError(
                .missing,
                "\(folder): \(exists(folder) ? "is no readable folder" : "there is no such folder")"
            )
        }
        return names.filter { !$0.hasPrefix(".") }
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    static func isFolder(_ path: String) -> Bool {
        var isFolder = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder
    }

    static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: path)
    }
}

import Bytes
import Foundation

/// Foundation's file calls, whose failures are ``DiskError``.
package enum Files {
    /// Runs `body`; an error that it throws becomes a ``DiskError`` of this operation and path.
    package static func attempt<T>(
        _ operation: String, _ path: String, _ body: () throws -> T
    ) throws(DiskError) -> T {
        do {
            return try body()
        } catch let error as DiskError {
            throw error
        } catch {
            throw DiskError(operation, path, error)
        }
    }

    /// The contents of a file.
    package static func read(_ path: String) throws(DiskError) -> Data {
        try attempt("read", path) { try Data(contentsOf: URL(fileURLWithPath: path)) }
    }

    /// Writes beside `path`, has the disk hold it and renames it, so that a reader sees the old
    /// file or the new one, whatever happens.
    package static func replace(_ path: String, with data: Data) throws(DiskError) {
        do throws(DiskError) {
            try attempt("write", path) {
                try data.write(to: URL(fileURLWithPath: path), options: .atomic)
            }
        } catch  where error.code == .EEXIST {
            throw DiskError(
                "write", path,
                "the disk cannot put a file in the place of another: choose a folder on another one,"
                    + " by `runs:` of the configuration")
        }
    }

    /// Removes a file, or a folder with all that is in it, if it is there.
    package static func remove(_ path: String) throws(DiskError) {
        guard FileManager.default.fileExists(atPath: path) else { return }
        try attempt("remove", path) { try FileManager.default.removeItem(atPath: path) }
    }

    /// Has the disk hold the names in a folder. A disk that knows no such request holds them when
    /// it can.
    package static func synchronize(directory: String) throws(DiskError) {
        do throws(DiskError) {
            try attempt("write", directory) {
                let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: directory))
                defer { try? handle.close() }
                try handle.synchronize()
            }
        } catch  where error.code.map(unsupported.contains) ?? false {}
    }

    /// What disks answer to a request that they do not know.
    private static let unsupported: Set<POSIXErrorCode> = [
        .EINVAL, .ENOSYS, .EOPNOTSUPP, .EBADF, .EISDIR, .EPERM, .EACCES,
    ]

    package static func createDirectory(_ path: String, withParents: Bool = true) throws(DiskError)
    {
        try attempt("create", path) {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: withParents)
        }
    }
}

extension Files {
    /// Makes `path` a symbolic link to `target`, replacing one that is there in a single rename.
    ///
    /// `ln` does it, because Foundation has no rename that replaces a link.
    package static func link(_ path: String, to target: String) throws(DiskError) {
        try attempt("link", path) {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = ["ln", "-sfT", target, path]
            let errors = Pipe()
            process.standardError = errors
            try process.run()
            let message = try errors.fileHandleForReading.readToEnd() ?? Data()
            process.waitUntilExit()
            guard process.terminationStatus == 0 else {
                let reason = String(decoding: message, as: UTF8.self)
                throw DiskError("link", path, reason.trimmingCharacters(in: .newlines))
            }
        }
    }
}

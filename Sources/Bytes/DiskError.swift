import Foundation

/// A file that could not be made, written or read: a full disk, a missing permission, a missing
/// file.
public struct DiskError: ExitCodeError, Hashable, Sendable, CustomStringConvertible {
    /// What was tried: `write`, `create`, `read`.
    public var operation: String
    /// The file or folder.
    public var path: String
    /// The system's words: `No space left on device`.
    public var reason: String
    /// 66 where the file to read is missing, otherwise 74.
    public var exitCode: ExitCode
    /// The system's code; nil where it gave none.
    public var code: POSIXErrorCode?

    /// An error with the reason in words.
    public init(_ operation: String, _ path: String, _ reason: String, exitCode: ExitCode = .disk) {
        self.operation = operation
        self.path = path
        self.reason = reason
        self.exitCode = exitCode
    }

    /// Keeps what the system said about a failure of Foundation.
    ///
    /// - Parameter operation: `read` of a file that is missing gives the exit code 66.
    public init(_ operation: String, _ path: String, _ error: any Error) {
        let code = DiskError.posixCode(of: error)
        let isMissing = operation == "read" && code == .ENOENT
        self.init(
            operation, path, code.map(Self.words) ?? "\(error)",
            exitCode: isMissing ? .missingFile : .disk)
        self.code = code
    }

    /// Whether a pipe was written to that nobody reads any more.
    public var isOfMissingReader: Bool { code == .EPIPE }

    /// `cannot write PATH: No space left on device`.
    public var description: String { "cannot \(operation) \(path): \(reason)" }

    /// The system's words for a number of its errors: `No locks available`.
    public static func words(for number: Int32) -> String {
        POSIXErrorCode(rawValue: number).map(words) ?? "error \(number)"
    }

    /// The system's words, without the sentence that Foundation puts before them.
    private static func words(for code: POSIXErrorCode) -> String {
        POSIXError(code).localizedDescription
            .replacing("The operation could not be completed. ", with: "")
    }

    private static func posixCode(of error: any Error) -> POSIXErrorCode? {
        if let error = error as? POSIXError { return error.code }
        let cocoa = error as NSError
        if cocoa.domain == NSPOSIXErrorDomain { return POSIXErrorCode(rawValue: Int32(cocoa.code)) }
        let underlying = cocoa.userInfo[NSUnderlyingErrorKey] as? any Error
        if let underlying { return posixCode(of: underlying) }
        switch (error as? CocoaError)?.code {
        case .fileNoSuchFile, .fileReadNoSuchFile: return .ENOENT
        case .fileWriteOutOfSpace: return .ENOSPC
        case .fileWriteNoPermission, .fileReadNoPermission: return .EACCES
        case .fileWriteFileExists: return .EEXIST
        default: return nil
        }
    }
}

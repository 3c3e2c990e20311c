/// What a process of Cohort ends with. The numbers 64 to 78 have the meaning that BSD's
/// `sysexits.h` gives them, as far as it gives one.
public struct ExitCode: RawRepresentable, Hashable, Codable, Sendable {
    /// The number that the operating system passes to the parent process.
    public let rawValue: Int32

    /// The code of this number.
    public init(rawValue: Int32) {
        self.rawValue = rawValue
    }

    /// The process did what it was asked to do.
    public static let success = ExitCode(rawValue: 0)
    /// The command line is wrong.
    public static let usage = ExitCode(rawValue: 64)
    /// Data, a checkpoint, a journal or a message is damaged.
    public static let corruptData = ExitCode(rawValue: 65)
    /// A file is missing.
    public static let missingFile = ExitCode(rawValue: 66)
    /// A peer or a host could not be reached or was lost, or fewer learners than the quorum are
    /// left.
    public static let unavailable = ExitCode(rawValue: 69)
    /// An error of the program, or a training that diverged.
    public static let failure = ExitCode(rawValue: 70)
    /// A disk could not be written or read.
    public static let disk = ExitCode(rawValue: 74)
    /// The process was asked to stop and wrote a checkpoint: the same command resumes it.
    public static let preempted = ExitCode(rawValue: 75)
    /// Two sides have different versions of a protocol or a format.
    public static let version = ExitCode(rawValue: 76)
    /// A name, a key or a run is not admitted.
    public static let notAuthorised = ExitCode(rawValue: 77)
    /// The configuration is wrong, or is not the one that others have.
    public static let configuration = ExitCode(rawValue: 78)

    /// What a process that ends by `error` exits with: the error's own code, or ``failure``.
    public init(of error: any Error) {
        self = (error as? any ExitCodeError)?.exitCode ?? .failure
    }

    /// The process ended by a signal.
    public static func signal(_ number: Int32) -> ExitCode { ExitCode(rawValue: 128 + number) }

    /// The signal that ended the process; nil for a code that no signal gives.
    public var endingSignal: Int32? { 129...192 ~= rawValue ? rawValue - 128 : nil }
}

extension ExitCode: CustomStringConvertible {
    /// The number in decimal digits.
    public var description: String { "\(rawValue)" }
}

/// An error that determines what the process that it ends exits with.
public protocol ExitCodeError: Error {
    /// What the process exits with.
    var exitCode: ExitCode { get }
}

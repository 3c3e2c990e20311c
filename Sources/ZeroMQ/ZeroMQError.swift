import CZeroMQ
import Glibc

/// A call into libzmq, or one beside it, that failed.
public struct ZeroMQError: Error, Hashable, CustomStringConvertible {
    /// The error number, as in `errno.h` or `zmq.h`.
    public let code: Int32
    /// What was attempted: `bind tcp://127.0.0.1:*`.
    public let attempt: String

    /// The reason in words, as libzmq gives it.
    public var reason: String { String(cString: zmq_strerror(code)) }

    public var description: String { "cannot \(attempt): \(reason)" }

    /// The failure that the calling thread's last libzmq call left behind.
    static func last(_ attempt: String) -> ZeroMQError {
        ZeroMQError(code: zmq_errno(), attempt: attempt)
    }
}

/// The version of libzmq found at run time.
public struct LibraryVersion: Comparable, Sendable, CustomStringConvertible {
    /// The first number.
    public let major: Int32
    /// The second number.
    public let minor: Int32
    /// The third number.
    public let patch: Int32

    /// A version by its numbers.
    public init(major: Int32, minor: Int32, patch: Int32) {
        self.major = major
        self.minor = minor
        self.patch = patch
    }

    /// The oldest release with all known security fixes to the 4.3 series' decoders and servers.
    public static let oldestAccepted = LibraryVersion(major: 4, minor: 3, patch: 3)

    /// The version of the library that this process has loaded.
    public static var loaded: LibraryVersion {
        var (major, minor, patch): (Int32, Int32, Int32) = (0, 0, 0)
        zmq_version(&major, &minor, &patch)
        return LibraryVersion(major: major, minor: minor, patch: patch)
    }

    /// - Throws: ``UnsuitableLibrary`` where this is older than ``oldestAccepted``.
    public func requireAccepted() throws(UnsuitableLibrary) {
        guard self >= .oldestAccepted else {
            throw UnsuitableLibrary("libzmq \(self) has known security holes")
        }
    }

    /// - Throws: ``UnsuitableLibrary`` where the library was built without CURVE.
    public static func requireCurve() throws(UnsuitableLibrary) {
        guard zmq_has("curve") == 1 else {
            throw UnsuitableLibrary("this libzmq was built without CURVE")
        }
    }

    public static func < (left: LibraryVersion, right: LibraryVersion) -> Bool {
        (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
    }

    public var description: String { "\(major).\(minor).\(patch)" }
}

/// The loaded libzmq must not be exposed to a network.
public struct UnsuitableLibrary: Error, Hashable, CustomStringConvertible {
    private let reason: String

    init(_ reason: String) { self.reason = reason }

    public var description: String {
        "\(reason); install \(LibraryVersion.oldestAccepted) or later, with libsodium or tweetnacl"
    }
}

extension LibraryVersion: Hashable {}

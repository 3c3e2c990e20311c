import Foundation

/// Where an inbox listens.
public enum Endpoint: Hashable, Sendable {
    /// A TCP port of an address of this host: `127.0.0.1`, `[::1]`, `0.0.0.0`, or what
    /// ``BindAddress`` resolves to one.
    ///
    /// `port` is nil for a free one; `advertised` is the host that peers connect to, where it is
    /// not the address itself.
    case tcp(host: String, port: Int? = nil, advertised: String? = nil)
    /// A socket file in a new directory that only this user may enter, under `under` or else the
    /// directory for temporary files.
    case ipc(under: String? = nil)
}

/// A directory with a short path that only this user may enter.
struct PrivateDirectory {
    /// A UNIX socket's path, with its final zero byte, has 108 bytes.
    static let longestPath = 107

    let path: String

    /// Makes a directory of a random name.
    init(in parent: String) throws(ExchangeFailure) {
        path = Self.randomPath(in: parent)
        try make()
    }

    /// Makes the directory, in which a socket file named `file` will have a path short enough.
    init(under parent: String?, for file: String) throws(ExchangeFailure) {
        path = Self.randomPath(in: parent ?? Self.temporary)
        let length = "\(path)/\(file)".utf8.count
        guard length <= Self.longestPath else {
            throw ExchangeFailure(
                exitCode: .configuration,
                message: "the socket path \(path)/\(file) has \(length) bytes, the system allows "
                    + "\(Self.longestPath): choose a shorter directory for temporary files")
        }
        try make()
    }

    private static func randomPath(in parent: String) -> String {
        "\(parent)/cohort-\(String(UInt64.random(in: 0 ... .max), radix: 36))"
    }

    private func make() throws(ExchangeFailure) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: false,
                attributes: [.posixPermissions: 0o700])
        } catch {
            throw ExchangeFailure(
                exitCode: .disk, message: "cannot make the private directory \(path): \(error)")
        }
    }

    /// TMPDIR where it is set and short, `/tmp` otherwise.
    private static var temporary: String {
        let named = ProcessInfo.processInfo.environment["TMPDIR"] ?? ""
        return named.isEmpty || named.utf8.count > 70 ? "/tmp" : named
    }

    func remove() {
        try? FileManager.default.removeItem(atPath: path)
    }
}

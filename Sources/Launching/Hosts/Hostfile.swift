import Foundation

/// The hosts of a run, a line each, as Open MPI, DeepSpeed, Horovod and pdsh write them:
///
///     # a comment
///     node[01-04,7]          slots=2
///     anna@big:2222          role=teacher name=t addr=10.0.0.5
///     [fd00::1]              slots=1 max_slots=4 dir=work cohort=/usr/local/bin/cohort
public struct Hostfile: Hashable, Sendable {
    /// The hosts in the order of the file; at least one.
    public let hosts: [RemoteHost]

    /// The most hosts that a file may name, ranges expanded.
    public static let mostHosts = 10_000
    /// The most bytes that a file may have.
    public static let mostBytes = 1 << 20

    /// Reads a file.
    ///
    /// - Throws: ``HostError``: 66 where it cannot be read, 78 at its file and line for what is
    ///   wrong.
    public init(contentsOf path: String) throws(HostError) {
        guard let handle = FileHandle(forReadingAtPath: path),
            let data = try? handle.read(upToCount: Self.mostBytes + 1) ?? Data()
        else {
            throw HostError(
                "\(path): there is no such hostfile that can be read", exitCode: .missingFile)
        }
        try self.init(bytes: Array(data), file: path)
    }

    /// Reads the bytes of a file.
    ///
    /// - Parameter file: the name in messages.
    public init(bytes: [UInt8], file: String) throws(HostError) {
        guard bytes.count <= Self.mostBytes else {
            throw HostError("\(file): a hostfile has \(Self.mostBytes) bytes at most")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw HostError("\(file): the file is not UTF-8 text")
        }
        var hosts: [RemoteHost] = []
        var lines: [String: Int] = [:]
        let all = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in all.enumerated() {
            let number = index + 1
            do throws(HostError) {
                let room = Self.mostHosts - hosts.count
                for var host in try HostLine(line)?.hosts(atMost: room) ?? [] {
                    host.line = number
                    if let other = lines.updateValue(number, forKey: host.place) {
                        throw HostError("'\(host.name)' is there already, in line \(other)")
                    }
                    hosts.append(host)
                }
            } catch {
                throw HostError("\(file):\(number): \(error)")
            }
        }
        guard !hosts.isEmpty else {
            throw HostError("\(file): it names no host; add them, one a line: node1 slots=2")
        }
        self.hosts = hosts
    }
}

extension RemoteHost {
    /// What no two lines of a file may name.
    fileprivate var place: String { "\(name) \(port ?? 22)" }
}

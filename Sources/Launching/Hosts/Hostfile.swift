import Foundation

/// The hosts of a run, a line each, as Open MPI, MPICH, DeepSpeed, Horovod, pdsh, PBS, SGE, LSF and
/// Slurm write them:
///
///     # a comment
///     node[01-04,7]          slots=2
///     anna@big:2222          role=teacher name=t addr=10.0.0.5
///     [fd00::1]              slots=1 max_slots=4 dir=work cohort=/usr/local/bin/cohort
///
/// A host on several lines has the slots of all of them, one where a line names none.
public struct Hostfile: Hashable, Sendable {
    /// The hosts in the order of the file; at least one.
    public let hosts: [RemoteHost]

    /// The most hosts that a file may name, ranges expanded.
    public static let mostHosts = 10_000
    /// The most bytes that a file may have.
    public static let mostBytes = 1 << 20

    /// Reads a file.
    ///
    /// - Throws: ``HostError``: 66 where it cannot be read, 78 for all that is wrong, each with its
    ///   file and line.
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
        guard let all = String(validating: bytes, as: UTF8.self) else {
            throw HostError("\(file): the file is not UTF-8 text")
        }
        var hosts: [RemoteHost] = []
        var places: [String: Int] = [:]
        var mistakes: [String] = []
        let text = all.hasPrefix("\u{FEFF}") ? all.dropFirst() : all[...]
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() {
            let number = index + 1
            do throws(HostError) {
                let room = Self.mostHosts - hosts.count
                for var host in try HostLine(line)?.hosts(atMost: room) ?? [] {
                    host.line = number
                    guard let place = places[host.place] else {
                        places[host.place] = hosts.count
                        hosts.append(host)
                        continue
                    }
                    hosts[place] = try hosts[place].joined(by: host)
                }
            } catch {
                mistakes.append("\(file):\(number): \(error)")
            }
        }
        guard mistakes.isEmpty else { throw HostError(mistakes: mistakes) }
        guard !hosts.isEmpty else {
            throw HostError("\(file): it names no host; add them, one a line: node1 slots=2")
        }
        self.hosts = hosts
    }
}

extension RemoteHost {
    /// What makes two lines of a file name the same host.
    fileprivate var place: String { "\(name) \(port ?? 22)" }

    /// The same host with the slots of a further line.
    ///
    /// - Throws: ``HostError`` where the two lines contradict each other.
    fileprivate func joined(by other: RemoteHost) throws(HostError) -> RemoteHost {
        var host = self
        host.slots = room + other.room
        host.user = try same("user", user, other.user, other)
        host.port = port ?? other.port
        host.role = try same("role", role, other.role, other)
        host.mostSlots = try same("max_slots", mostSlots, other.mostSlots, other)
        host.address = try same("addr", address, other.address, other)
        host.boundAddress = try same("bind", boundAddress, other.boundAddress, other)
        let usual = RemoteHost(name: name)
        host.folder =
            try same("dir", folder.unless(usual.folder), other.folder.unless(usual.folder), other)
            ?? usual.folder
        host.program =
            try same(
                "cohort", program.unless(usual.program), other.program.unless(usual.program), other)
            ?? usual.program
        let named = try same(
            "name", learners.unless([])?.joined(separator: ","),
            other.learners.unless([])?.joined(separator: ","), other)
        host.learners = named.map { $0.split(separator: ",").map(String.init) } ?? []
        try host.checkSlots()
        return host
    }

    /// What two lines say of the same thing, where at most one does or both agree.
    private func same<Value: Equatable>(
        _ key: String, _ own: Value?, _ others: Value?, _ other: RemoteHost
    ) throws(HostError) -> Value? {
        guard let own, let others, own != others else { return own ?? others }
        throw HostError(
            "'\(name)' has \(key)=\(others), and \(key)=\(own) in line \(line): give it the same"
                + " options on all its lines, each of which adds its slots")
    }
}

extension Equatable {
    /// nil for the usual value.
    fileprivate func unless(_ usual: Self) -> Self? { self == usual ? nil : self }
}

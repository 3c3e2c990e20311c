/// The host of each learner.
public struct Placement: Hashable, Sendable {
    /// A learner that needs a host.
    public struct Guest: Hashable, Sendable {
        /// The learner's name.
        public var name: String
        /// Its role, by which hosts may be reserved.
        public var role: RemoteHost.Role

        /// A learner of a role.
        public init(_ name: String, _ role: RemoteHost.Role) {
            self.name = name
            self.role = role
        }
    }

    private let places: [String: RemoteHost]
    private let order: [String]

    /// The hosts that learners run on, in the order of the file.
    public let hosts: [RemoteHost]

    /// Finds a host for each learner: the host that names it; otherwise, among the hosts of its
    /// role and then among those of none, the one with the fewest learners. A host's slots are
    /// filled before what it allows beyond them.
    ///
    /// - Throws: ``HostError`` (78) where there is not enough room, or a host names an unknown
    ///   learner.
    public init(of guests: [Guest], on file: Hostfile) throws(HostError) {
        var occupancy = Occupancy(file.hosts)
        var places = try Self.named(guests, on: file.hosts)
        for host in places.values { occupancy.add(to: host) }
        for guest in guests where places[guest.name] == nil {
            guard let host = occupancy.place(for: guest.role) else {
                throw Self.tooMany(guests, guest, file.hosts)
            }
            places[guest.name] = host
            occupancy.add(to: host)
        }
        self.places = places
        order = guests.map(\.name)
        hosts = file.hosts.filter(Set(places.values).contains)
    }

    /// The host of a learner; nil for one without a place.
    public subscript(learner: String) -> RemoteHost? { places[learner] }

    /// The learners of a host, in the order of the configuration.
    public func learners(on host: RemoteHost) -> [String] { order.filter { places[$0] == host } }

    /// `a on node1, b on node2`.
    public var description: String {
        order.compactMap { name in places[name].map { "\(name) on \($0)" } }
            .joined(separator: ", ")
    }

    /// A line for each learner with its host and the host's folder, where its files are.
    public var record: String {
        order.compactMap { name in places[name].map { "\(name) \($0) \($0.folder)\n" } }.joined()
    }

    /// The hosts of the learners that hosts name.
    private static func named(
        _ guests: [Guest], on hosts: [RemoteHost]
    ) throws(HostError) -> [String: RemoteHost] {
        var places: [String: RemoteHost] = [:]
        for host in hosts {
            for name in host.learners {
                guard let guest = guests.first(where: { $0.name == name }) else {
                    let known = guests.map(\.name).joined(separator: ", ")
                    throw HostError(
                        "line \(host.line): name=\(name): the launcher starts no such learner;"
                            + " known: \(known)")
                }
                guard host.role == nil || host.role == guest.role else {
                    throw HostError(
                        "line \(host.line): '\(name)' is a \(guest.role), and '\(host.name)' has"
                            + " role=\(host.role ?? guest.role)")
                }
                if let other = places.updateValue(host, forKey: name) {
                    throw HostError(
                        "line \(host.line): '\(name)' is named in line \(other.line) already")
                }
            }
        }
        return places
    }

    private static func tooMany(_ guests: [Guest], _ guest: Guest, _ hosts: [RemoteHost])
        -> HostError
    {
        let room = hosts.reduce(0) { $0 + $1.limit }
        guard guests.count <= room else {
            return HostError(
                "there are \(guests.count) learners, and room for \(room): add hosts, or slots= to"
                    + " those that can take more")
        }
        return HostError(
            "no host has room for '\(guest.name)', which is a \(guest.role): role= and name="
                + " reserve the others; add slots= to one that takes it")
    }
}

/// The number of learners on each host.
private struct Occupancy {
    private let hosts: [RemoteHost]
    private var counts: [RemoteHost: Int] = [:]

    init(_ hosts: [RemoteHost]) { self.hosts = hosts }

    mutating func add(to host: RemoteHost) { counts[host, default: 0] += 1 }

    /// The host for one more learner of a role; nil where all are full.
    func place(for role: RemoteHost.Role) -> RemoteHost? {
        for limit in [\RemoteHost.room, \RemoteHost.limit] {
            for wanted in [role, nil] {
                let free = hosts.filter { $0.role == wanted && count($0) < $0[keyPath: limit] }
                if let host = free.min(by: { count($0) < count($1) }) { return host }
            }
        }
        return nil
    }

    private func count(_ host: RemoteHost) -> Int { counts[host] ?? 0 }
}

import Foundation

/// The address that a socket binds, from what a setting names: an address, an interface, `*`, or a
/// name that is resolved here.
public enum BindAddress {
    /// What libzmq takes before the port.
    ///
    /// - Parameters:
    ///   - host: `127.0.0.1`, `[::1]` or `::1`, `*`, `eth0`, `localhost`, `node1.lab`.
    ///   - setting: the setting that names it, for the message.
    /// - Throws: ``ExchangeFailure`` (69) for a name that this host does not know, and (78) for one
    ///   of another host.
    public static func resolve(
        _ host: String, setting: String = "exchange.host"
    ) throws(ExchangeFailure) -> String {
        try resolve(host, setting: setting, interfaces: interfaces(), own: own(), look: look)
    }

    /// The same with what this host knows handed in.
    ///
    /// - Parameters:
    ///   - interfaces: the names of this host's interfaces.
    ///   - own: the addresses of this host.
    ///   - look: the addresses of a name; none where it is not known.
    package static func resolve(
        _ host: String, setting: String, interfaces: Set<String>, own: Set<String>,
        look: (String) -> [String]
    ) throws(ExchangeFailure) -> String {
        let bare =
            host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        if bare == "*" { return "0.0.0.0" }
        if bare.contains(":") { return "[\(bare)]" }
        if isIPv4(bare) || interfaces.contains(bare) { return bare }
        let found = look(bare)
        guard !found.isEmpty else {
            throw ExchangeFailure(
                exitCode: .unavailable,
                message: "\(setting) is '\(host)', which is neither an address nor an interface of"
                    + " this host (\(interfaces.sorted().joined(separator: ", "))), and no name that"
                    + " it can resolve: name one of these, or 0.0.0.0 for all")
        }
        let usable = found.filter { own.contains($0) || isLoopback($0) }
        guard let address = usable.min(by: { rank($0) < rank($1) }) else {
            throw ExchangeFailure(
                exitCode: .configuration,
                message:
                    "\(setting) is '\(host)', which is \(found.joined(separator: " and ")), and"
                    + " no address of this host: name one of its own, or 0.0.0.0 for all")
        }
        return address.contains(":") ? "[\(address)]" : address
    }

    /// What is to be said where a name that reads like that of a host on the network has an address
    /// that none but this host reaches, as Debian's `/etc/hosts` has it.
    ///
    /// - Parameter address: what ``resolve(_:setting:)`` made of it.
    package static func remark(on host: String, resolvedTo address: String) -> String? {
        guard isLoopback(address), host != address, host != "localhost", host != "lo" else {
            return nil
        }
        return
            "exchange.host is '\(host)', which is \(address) here: learners on other hosts cannot"
            + " reach it; name an address of this host, or 0.0.0.0 with exchange.advertise, or"
            + " change /etc/hosts"
    }

    /// Whether none but this host reaches an address, without brackets.
    static func isLoopback(_ address: String) -> Bool {
        address.hasPrefix("127.") || address == "::1"
    }

    /// Others reach an address before none do, and version 4 comes before version 6.
    private static func rank(_ address: String) -> Int {
        (isLoopback(address) ? 2 : 0) + (address.contains(":") ? 1 : 0)
    }

    private static func isIPv4(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
    }

    private static func interfaces() -> Set<String> {
        Set((try? FileManager.default.contentsOfDirectory(atPath: "/sys/class/net")) ?? [])
    }

    private static func own() -> Set<String> { Set(Host.current().addresses) }

    private static func look(_ name: String) -> [String] { Host(name: name).addresses }
}

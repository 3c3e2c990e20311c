/// Network addresses as text.
public enum NetworkAddress {
    /// All IPv4 addresses of a host.
    public static let any = "0.0.0.0"
    /// All addresses of a host, of either version.
    public static let anyIPv6 = "[::]"

    /// An address as it stands before a port: an IPv6 address in brackets.
    public static func bracketed(_ address: String) -> String {
        address.contains(":") ? "[\(address)]" : address
    }

    /// Whether only the host itself reaches the address.
    public static func isLoopback(_ address: String) -> Bool {
        address.hasPrefix("127.") || address == "::1"
    }

    /// Whether the text is an address and not a name.
    public static func isNumeric(_ text: String) -> Bool {
        text.contains(":") || text.allSatisfy { $0.isNumber || $0 == "." }
    }
}

import FlyingFox
import Foundation

/// Who may ask the server: a browser on this host, or whoever knows the token.
struct Access: Sendable {
    /// Why a request is refused.
    enum Refusal: Hashable, Sendable {
        /// The `Host` names somebody else: a page of another site may have been made to ask.
        case wrongHost
        /// The token is missing or wrong.
        case noToken
    }

    /// What a request must carry; nil where none is needed.
    let token: String?

    /// Loopback needs no token; another address has a random one.
    init(address: String?) {
        token = address.map { _ in Self.randomToken() }
    }

    /// Why a request is refused; nil where it is not.
    func refusal(host: String?, token given: String?) -> Refusal? {
        guard isOwn(host ?? "") else { return .wrongHost }
        guard let token else { return nil }
        return Self.areEqual(token, given ?? "") ? nil : .noToken
    }

    /// Whether the header names this server: by a number, by `localhost` or by the host's own name.
    /// A name of somebody else's that leads here (DNS rebinding) is not among them.
    private func isOwn(_ header: String) -> Bool {
        let host = Self.withoutPort(header).lowercased()
        return host == "localhost" || Self.isNumber(host)
            || host == ProcessInfo.processInfo.hostName.lowercased()
    }

    /// `[::1]:80` is `::1`, and `a:80` is `a`.
    private static func withoutPort(_ header: String) -> String {
        guard header.hasPrefix("[") else { return String(header.prefix { $0 != ":" }) }
        let parts = header.dropFirst().split(separator: "]", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].isEmpty || parts[1].hasPrefix(":") else { return "" }
        return String(parts[0])
    }

    /// An address in numbers, of either version of the protocol.
    private static func isNumber(_ host: String) -> Bool {
        host.contains(":")
            ? host.allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." }
            : host.wholeMatch(of: /[0-9]{1,3}(\.[0-9]{1,3}){3}/) != nil
    }

    /// Whether two texts are equal, in a time that does not tell where they differ.
    static func areEqual(_ a: String, _ b: String) -> Bool {
        let (a, b) = (Array(a.utf8), Array(b.utf8))
        let difference = a.indices.reduce(UInt8(a.count == b.count ? 0 : 1)) { found, place in
            found | (a[place] ^ (b.isEmpty ? ~a[place] : b[place % b.count]))
        }
        return difference == 0
    }

    /// 128 random bits of the system, in hexadecimal.
    private static func randomToken() -> String {
        var system = SystemRandomNumberGenerator()
        return (0..<2).map { _ in
            let digits = String(system.next() as UInt64, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}

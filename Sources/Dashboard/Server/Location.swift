import FlyingSocks
import Foundation

/// Where a server listens.
struct Location: Hashable, Sendable {
    /// An address in numbers, as it stands in a URL; for all addresses of the host its name, as
    /// other hosts cannot open `0.0.0.0`.
    let host: String
    let port: UInt16

    /// Nil for an address of no network.
    init?(_ address: Socket.Address) {
        switch address {
        case .ip4("0.0.0.0", let port), .ip6("::", let port):
            (host, self.port) = (ProcessInfo.processInfo.hostName, port)
        case .ip4(let address, let port): (host, self.port) = (address, port)
        case .ip6(let address, let port): (host, self.port) = ("[\(address)]", port)
        case .unix: return nil
        }
    }

    /// What a browser opens: `http://127.0.0.1:4321/`, with the token that it needs.
    func url(token: String?) -> String {
        "http://\(host):\(port)/" + (token.map { "?token=\($0)" } ?? "")
    }
}

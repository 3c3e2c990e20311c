import FlyingFox
import FlyingSocks
import Foundation
import Reporting

/// The server of the page of one run.
struct DashboardServer: Sendable {
    private let server: HTTPServer
    private let access: Access

    private static let loopback = "127.0.0.1"

    /// A server that does not listen yet.
    ///
    /// - Parameters:
    ///   - address: in numbers, of this host; nil for loopback alone.
    ///   - port: 0 for one that is free.
    /// - Throws: ``DashboardError`` where the address is none.
    init(_ run: RunDirectory, address: String?, port: UInt16) throws(DashboardError) {
        access = Access(address: address)
        let routes = Routes(run: LiveRun(run), access: access)
        server = HTTPServer(
            config: try Self.configuration(address ?? Self.loopback, port),
            handler: ClosureHTTPHandler { await routes.answer(to: $0) })
    }

    private static func configuration(
        _ address: String, _ port: UInt16
    ) throws(DashboardError) -> HTTPServer.Configuration {
        do {
            return address.contains(":")
                ? .init(address: try .inet6(ip6: address, port: port), logger: .disabled)
                : .init(address: try .inet(ip4: address, port: port), logger: .disabled)
        } catch {
            throw DashboardError.noAddress(address)
        }
    }

    /// Serves until the task is cancelled.
    ///
    /// - Parameter ready: takes the address to open, as soon as the server listens.
    /// - Throws: ``DashboardError`` where it cannot listen there.
    func run(ready: @Sendable (String) throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            group.addTask { try await server.waitUntilListening() }
            do {
                try await group.next()
            } catch let error as SocketError {
                throw DashboardError.cannotListen(Self.words(of: error))
            }
            try ready(try await location())
            try await group.next()
        }
    }

    /// The system's words where it gave any.
    private static func words(of error: SocketError) -> String {
        if case .failed(_, _, let message) = error { message } else { error.localizedDescription }
    }

    /// Where the page is: `http://127.0.0.1:4321/`, with the token that it needs.
    private func location() async throws(DashboardError) -> String {
        let query = access.token.map { "?token=\($0)" } ?? ""
        switch await server.listeningAddress {
        case .ip4(let address, let port): return "http://\(address):\(port)/\(query)"
        case .ip6(let address, let port): return "http://[\(address)]:\(port)/\(query)"
        default: throw .cannotListen("it has no address")
        }
    }
}

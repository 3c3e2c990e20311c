import FlyingFox
import FlyingSocks
import Foundation
import Reporting

/// The server of the page of one run.
struct DashboardServer: Sendable {
    private let routes: Routes
    private let address: String
    private let port: UInt16
    private let pool = LastingPool()

    private static let loopback = "127.0.0.1"
    /// How long it is deaf after its sockets failed.
    private static let pause = Duration.seconds(1)

    /// A server that does not listen yet.
    ///
    /// - Parameters:
    ///   - address: in numbers, of this host; nil for loopback alone.
    ///   - port: 0 for one that is free.
    ///   - samples: loads the test samples; nil where they are not shown.
    /// - Throws: ``DashboardError`` where the address is none.
    init(
        _ run: RunDirectory, address: String?, port: UInt16, _ samples: TestSamples.Source?
    ) throws(DashboardError) {
        routes = Routes(
            run: LiveRun(run, DisputeWatch(run, samples)), access: Access(address: address))
        (self.address, self.port) = (address ?? Self.loopback, port)
        _ = try server(at: port)
    }

    private func server(at port: UInt16) throws(DashboardError) -> HTTPServer {
        func configuration(_ address: some SocketAddress) -> HTTPServer.Configuration {
            .init(address: address, pool: pool, logger: .disabled)
        }
        do {
            return HTTPServer(
                config: address.contains(":")
                    ? configuration(try .inet6(ip6: address, port: port))
                    : configuration(try .inet(ip4: address, port: port)),
                handler: ClosureHTTPHandler { await routes.answer(to: $0) })
        } catch {
            throw DashboardError.noAddress(address)
        }
    }

    /// Serves until the task is cancelled.
    ///
    /// A connection that cannot be accepted, such as one of so many that the process may open no
    /// further file, ends FlyingFox's server with all its connections. Another one then takes its
    /// port; pages connect to it by themselves, and go on where they left off.
    ///
    /// - Parameter ready: takes the address to open, as soon as the server listens.
    /// - Throws: ``DashboardError`` where it cannot listen there.
    func run(ready: @escaping @Sendable (String) throws -> Void) async throws {
        do {
            try await pool.serve {
                let place = try await serve(at: port) {
                    try ready($0.url(token: routes.access.token))
                }
                while true {
                    try await Task.sleep(for: Self.pause)
                    _ = try await serve(at: place.port) { _ in }
                }
            }
        } catch let error as SocketError {
            throw DashboardError.cannotListen(Self.words(of: error))
        }
    }

    /// Serves until the sockets fail.
    ///
    /// - Parameter ready: is called when the server listens.
    /// - Returns: where it listened.
    /// - Throws: what prevents it from listening; what `ready` throws.
    private func serve(
        at port: UInt16, ready: (Location) throws -> Void
    ) async throws -> Location {
        let server = try server(at: port)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            group.addTask { try await server.waitUntilListening() }
            try await group.next()
            guard let place = await server.listeningAddress.flatMap(Location.init) else {
                throw DashboardError.cannotListen("it has no address")
            }
            try ready(place)
            do { try await group.next() } catch is SocketError {
                try Task.checkCancellation()
            }
            return place
        }
    }

    /// The system's words where it gave any.
    private static func words(of error: SocketError) -> String {
        if case .failed(_, _, let message) = error { message } else { error.localizedDescription }
    }
}

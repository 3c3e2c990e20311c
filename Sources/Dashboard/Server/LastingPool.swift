import FlyingFox
import FlyingSocks

/// Waits for the sockets of one server after another, as each of FlyingFox's own pools leaves a
/// file open when its server ends.
struct LastingPool: AsyncSocketPool {
    private let pool: any AsyncSocketPool = HTTPServer.defaultPool()

    /// Calls `body` while the pool waits for sockets.
    func serve(_ body: @escaping @Sendable () async throws -> Void) async throws {
        try await pool.prepare()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await pool.run() }
            group.addTask { try await body() }
            try await group.next()
            group.cancelAll()
        }
    }

    func suspendSocket(_ socket: Socket, untilReadyFor events: Socket.Events) async throws {
        try await pool.suspendSocket(socket, untilReadyFor: events)
    }

    /// A server has nothing to prepare.
    func prepare() {}

    /// What a server takes for the work of the pool: it lasts until the server ends.
    func run() async throws {
        while true { try await Task.sleep(for: .seconds(Int32.max)) }
    }
}

import Foundation
import Synchronization

/// What a network does to the connections that lead through it.
struct Weather {
    /// Nothing passes; what was sent waits.
    var isCut = false
    /// What is answered waits; what the connecting side sends passes.
    var isOneWay = false
    /// Microseconds that every piece is late.
    var delay: UInt32 = 0
    /// How often all connections were dropped.
    var drops = 0
}

/// Forwards every port at which somebody listens behind it from the same port before it.
final class Network: Sendable {
    private let behind: in_addr_t
    private let front: in_addr_t
    private let weather = Mutex(Weather())
    private let links = Atomic(0)

    /// Addresses of this host, in network order.
    init(behind: in_addr_t, front: in_addr_t) {
        self.behind = behind
        self.front = front
    }

    /// Connections so far.
    var count: Int { links.load(ordering: .relaxed) }

    func change(_ body: (inout Weather) -> Void) { weather.withLock { body(&$0) } }

    /// Looks for new ports, for ever.
    func run() {
        var known: Set<UInt16> = []
        while true {
            for port in listeningPorts(of: behind) where known.insert(port).inserted {
                guard let listener = listeningSocket(at: front, port: port) else {
                    known.remove(port)
                    continue
                }
                Thread.detachNewThread { self.serve(listener, port: port) }
            }
            usleep(20_000)
        }
    }

    private func serve(_ listener: Int32, port: UInt16) {
        while case let client = accept(listener, nil, nil), client >= 0 {
            guard let server = connectedSocket(to: behind, port: port) else {
                close(client)
                continue
            }
            links.add(1, ordering: .relaxed)
            Thread.detachNewThread { self.link(client, server) }
        }
    }

    /// Carries bytes both ways until one side ends or all are dropped.
    private func link(_ client: Int32, _ server: Int32) {
        defer {
            close(client)
            close(server)
        }
        let drops = weather.withLock { $0.drops }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while case let weather = weather.withLock({ $0 }), weather.drops == drops {
            guard !weather.isCut else {
                usleep(5000)
                continue
            }
            let answers: Int16 = weather.isOneWay ? 0 : Int16(POLLIN)
            var sides = [
                pollfd(fd: client, events: Int16(POLLIN), revents: 0),
                pollfd(fd: server, events: answers, revents: 0),
            ]
            guard unsafe poll(&sides, 2, 5) > 0 else { continue }
            usleep(weather.delay)
            for (from, to) in [(sides[0], server), (sides[1], client)] where from.revents != 0 {
                guard carry(from.fd, to, &buffer) else { return }
            }
        }
    }

    /// One piece; false where a side has ended.
    private func carry(_ from: Int32, _ to: Int32, _ buffer: inout [UInt8]) -> Bool {
        let count = unsafe read(from, &buffer, buffer.count)
        guard count > 0 else { return false }
        var piece = buffer[..<count]
        while !piece.isEmpty {
            let sent = unsafe piece.withUnsafeBytes {
                unsafe send(to, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard sent > 0 else { return false }
            piece = piece.dropFirst(sent)
        }
        return true
    }
}

import Benchmarks
import Foundation
import Reporting
import ZeroMQ

/// What an exchange is measured against: sockets of the same patterns that carry the same bytes, a frame
/// a message, and nothing else, on one thread.
struct BareExchange {
    private let part: ExchangePart
    private let inbox: Socket
    private let peers: [Socket]
    private let payload: [UInt8]
    private let clock = ContinuousClock()

    /// Says where its inbox is, and is told everyone's.
    init(_ part: ExchangePart) throws {
        self.part = part
        payload = [UInt8](repeating: 0, count: part.byteCount)
        let context = try Context()
        inbox = try Socket(.router, in: context)
        try inbox.bind(
            part.overFiles ? "ipc://\(part.folder)/bare-\(part.index)" : "tcp://127.0.0.1:*")
        try show(inbox.lastEndpoint + "\n")
        let addresses = try JSONDecoder().decode(
            [String].self, from: Data((readLine() ?? "").utf8))
        let (index, hub) = (part.index, part.names.count)
        let others = addresses.indices.filter { $0 != index }
        let heard = part.kind == .bareRelay && index != hub ? [hub] : others
        peers = try heard.map { other in
            let socket = try Socket(.dealer, in: context)
            try socket.connect(addresses[other])
            return socket
        }
    }

    /// - Precondition: a round trip is between two.
    func take() throws -> ExchangePart.Times {
        var poller = Poller(waker: try Waker())
        poller.add(inbox)
        // Those that are a step ahead are counted for it.
        var received = [0, 0]
        let times = try (0..<part.steps).map { step in
            try clock.measure {
                let isAnswer =
                    part.kind == .roundTrip && part.index == 1
                    || part.kind == .bareRelay && part.index == part.names.count
                if !isAnswer { try send(step) }
                while received[step % 2] < peers.count {
                    guard let frames = try inbox.receive() else {
                        _ = try poller.wait(atMost: .seconds(10))
                        continue
                    }
                    received[Int(frames[1][0]) % 2] += 1
                }
                received[step % 2] = 0
                if isAnswer { try send(step) }
            } / .seconds(1)
        }
        for peer in peers { peer.linger = .seconds(10) }
        return ExchangePart.Times(joining: 0, exchange: median(times))
    }

    private func send(_ step: Int) throws {
        let message = OutgoingMessage([[UInt8(step % 2)], payload])
        for peer in peers { _ = try peer.send(message) }
    }
}

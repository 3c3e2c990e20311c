import Foundation
import ZeroMQ

/// What an exchange is measured against: sockets of the same patterns that carry the same bytes and
/// nothing else, one frame for each message, on one thread.
struct BareExchange {
    private let part: ExchangePart
    private let inbox: Socket
    private let peers: [Socket]
    private let payload: [UInt8]
    private let clock = ContinuousClock()

    /// Writes the address of its inbox, and reads the addresses of all.
    init(
        _ part: ExchangePart, input: () -> String?, output: (String) throws -> Void
    ) throws {
        self.part = part
        payload = [UInt8](repeating: 0, count: part.byteCount)
        let context = try Context()
        inbox = try Socket(.router, in: context)
        try inbox.bind(
            part.overFiles ? "ipc://\(part.folder)/bare-\(part.index)" : "tcp://127.0.0.1:*")
        try output(inbox.lastEndpoint)
        let addresses = try JSONDecoder().decode(
            [String].self, from: Data((input() ?? "").utf8))
        let (index, hub) = (part.index, part.names.count)
        let others = addresses.indices.filter { $0 != index }
        let connected = part.kind == .bareRelay && index != hub ? [hub] : others
        peers = try connected.map { other in
            let socket = try Socket(.dealer, in: context)
            try socket.connect(addresses[other])
            return socket
        }
    }

    /// - Precondition: a round trip is between two.
    func run() throws -> ExchangePart.Times {
        var poller = Poller(waker: try Waker())
        poller.add(inbox)
        // A message of a peer that is a step ahead is counted for that step.
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

import CohortGraph
import Exchange
import Foundation
import Simulation
import Synchronization
import Testing
import ZeroMQ

/// Strangers at the inbox of a running exchange.
@Suite(.timeLimit(.minutes(1)))
struct HostileInputTests {
    /// What a stranger writes into a fresh TCP connection, as a line of bash; `$to` is the target.
    static let rawClients = [
        // Nothing like ZMTP.
        "head -c 100000 $junk > $to",
        // Nothing at all, then gone.
        "exec 3<>$to",
        // Sixty that send nothing while others send.
        "for i in {10..69}; do eval \"exec $i<>$to\"; done; head -c 1000 $junk > $to",
        // ZMTP 3.0's greeting, then random frames.
        #"(printf '\xff\0\0\0\0\0\0\0\x01\x7f\x03\0NULL'; head -c 48 /dev/zero;"#
            + " head -c 5000 $junk) > $to",
        // An old greeting that announces a frame of 8 GiB.
        #"printf '\xff\0\0\0\2\0\0\0\0\0' > $to"#,
    ]

    @Test(arguments: [false, true])
    func aRunningExchangeIsNotDisturbed(isSecure: Bool) async throws {
        let names = ["a", "b"]
        let own = try CurveKeyPair()
        let keys = ["a": try CurveKeyPair(), "b": try CurveKeyPair()]
        let notices = Notices()
        let isOver = Mutex(false)
        let attacked = Attacked()
        let meeting = try Rendezvous(
            run: testRun, configurationDigest: testDigest, expected: names,
            endpoint: .tcp(host: "127.0.0.1"),
            security: isSecure
                ? .curve(keys: own, allowed: AllowList(keys.mapValues(\.publicKey))) : .plain,
            notice: notices.add)
        async let attacks = onThread {
            let target = attacked.waitForAddress()
            defer { attacked.endAttack() }
            repeat {
                for client in Self.rawClients { try Self.run(client, at: target) }
                try Self.sendJunk(to: target)
                attacked.endRound()
            } while !isOver.withLock { $0 }
        }
        let results = await runLearners(names) { name in
            let exchange = try SocketExchange(
                identity: identity(name), teachers: links(names.filter { $0 != name }),
                students: links(names.filter { $0 != name }), endpoint: .tcp(host: "127.0.0.1"),
                rendezvous: meeting.address,
                security: isSecure
                    ? .curve(keys: keys[name]!, rendezvous: own.publicKey) : .plain,
                limits: ExchangeLimits(messageBytes: 1 << 20),
                notice: notices.add)
            if name == "a" { attacked.set(exchange.address) }
            var steps = 0
            while attacked.goesOn(after: steps) {
                _ = try exchangeSteps(exchange, as: name, steps..<steps + 100)
                steps += 100
            }
            try exchange.finish(lastStep: steps - 1)
            return exchange.traffic
        }
        isOver.withLock { $0 = true }
        for name in names { _ = try #require(results[name]).get() }
        try await attacks.get()
        let damaged = notices.all.filter { $0.hasPrefix("ignored a damaged message") }
        #expect(damaged.isEmpty == isSecure)
    }

    /// The path of a file of bytes that follow from a seed.
    private static let junk = Result {
        var random = SplitMix(state: 11)
        let bytes = (0..<100_000).map { _ in UInt8.random(in: 0...255, using: &random) }
        let path = NSTemporaryDirectory() + "cohort-junk-\(getpid())"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return path
    }

    private static func run(_ client: String, at address: String) throws {
        let port = address.split(separator: ":").last.map(String.init) ?? ""
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = [
            "-c", "to=/dev/tcp/127.0.0.1/\(port); junk=\(try junk.get()); \(client)",
        ]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
    }

    /// Well-formed ZMTP whose frames are damaged, truncated or of a stranger.
    private static func sendJunk(to address: String) throws {
        let socket = try Socket(.dealer, in: Context())
        socket.linger = .seconds(1)
        try socket.connect(address)
        var random = SplitMix(state: 3)
        for name in Golden.frames.keys.sorted() {
            var frames = Golden.frames[name]!
            _ = try socket.send(frames)
            let index = frames.indices.randomElement(using: &random)!
            frames[index].append(1)
            _ = try socket.send(frames)
            _ = try socket.send(Array(frames.prefix(1)))
        }
        _ = try socket.send(Array(repeating: [], count: 1000))
    }
}

/// The address under attack, once it is known, and how long the exchange goes on there.
private final class Attacked: Sendable {
    private let roundsLeft = Mutex(3)
    private let decisions = Mutex<[Int: Bool]>([:])
    private let address = Mutex("")
    private let known = DispatchSemaphore(value: 0)

    /// The attackers have tried all that they do.
    func endRound() { roundsLeft.withLock { $0 -= 1 } }

    func endAttack() { roundsLeft.withLock { $0 = 0 } }

    /// Whether there are more steps: for 500 at least, until the attackers have been through a few
    /// rounds; the same answer for all who ask.
    func goesOn(after steps: Int) -> Bool {
        decisions.withLock { decisions in
            let decision = decisions[steps] ?? (steps < 500 || roundsLeft.withLock { $0 } > 0)
            decisions[steps] = decision
            return decision
        }
    }

    func set(_ text: String) {
        address.withLock { $0 = text }
        known.signal()
    }

    func waitForAddress() -> String {
        _ = known.wait(timeout: .now() + .seconds(60))
        return address.withLock { $0 }
    }
}

import Benchmarks
import CohortGraph
import Exchange
import Foundation
import Synchronization
import ZeroMQ

/// Learners that exchange knowledge without learning anything, on threads of this process, over real
/// sockets: what a step waits for the others where nobody computes.
struct ExchangeBenchmark: Sendable {
    var learners: Int
    var samples: Int
    var classes: Int
    var steps: Int
    var endpoint: Endpoint

    /// What one exchange took, in seconds.
    struct Times: Sendable {
        /// From the first registration until all know one another.
        var joining: Double
        /// The median step of the first learner.
        var step: Double
    }

    private static let run = ExchangeIdentity.runIdentifier(of: "bench")
    private static let digest = [UInt8](repeating: 0, count: 32)

    /// Takes all steps, with keys or without.
    func measure(isSecure: Bool) throws -> Times {
        let names = (0..<learners).map { "learner-\($0)" }
        let keys = try names.map { _ in try CurveKeyPair() }
        let own = try CurveKeyPair()
        let allowed = try AllowList(
            Dictionary(uniqueKeysWithValues: zip(names, keys.map(\.publicKey))))
        let rendezvous = try Rendezvous(
            run: Self.run, configurationDigest: Self.digest, expected: names, endpoint: endpoint,
            security: isSecure ? .curve(keys: own, allowed: allowed) : .plain,
            notice: complain)
        defer { rendezvous.stop() }
        let results = Mutex<[Int: Result<Times, any Error>]>([:])
        let group = DispatchGroup()
        for index in names.indices {
            let security: ExchangeSecurity =
                isSecure ? .curve(keys: keys[index], rendezvous: own.publicKey) : .plain
            group.enter()
            Thread.detachNewThread {
                let result = Result {
                    try take(names, index, rendezvous.address, security)
                }
                results.withLock { $0[index] = result }
                group.leave()
            }
        }
        group.wait()
        let all = results.withLock { $0 }
        for result in all.values { _ = try result.get() }
        return try all[0]!.get()
    }

    /// One learner's part.
    private func take(
        _ names: [String], _ index: Int, _ rendezvous: String, _ security: ExchangeSecurity
    ) throws -> Times {
        let others = names.filter { $0 != names[index] }.map { Lane($0) }
        let clock = ContinuousClock()
        let start = clock.now
        let exchange = try SocketExchange(
            identity: ExchangeIdentity(
                name: names[index], run: Self.run, configurationDigest: Self.digest,
                classes: classes, sampleOrderDigest: 0),
            teachers: others, pupils: others, endpoint: endpoint, rendezvous: rendezvous,
            security: security, notice: complain)
        try exchange.join()
        let joined = clock.now
        let logits = KnowledgeTensor(
            name: "logits", kind: .response, shape: [samples, classes],
            values: (0..<samples * classes).map { Float($0) })
        let times = try (0..<steps).map { step in
            try clock.measure {
                try exchange.publish(
                    Knowledge(
                        epoch: 0, step: step, phase: .before, batchDigest: 0, tensors: [logits]))
                _ = try exchange.gather(step: step, phase: .before, batchDigest: 0)
            } / .seconds(1)
        }
        try exchange.finish(lastStep: steps - 1)
        return Times(joining: (joined - start) / .seconds(1), step: median(times))
    }
}

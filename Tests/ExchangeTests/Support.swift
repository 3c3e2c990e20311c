import CohortGraph
import Exchange
import Foundation
import Synchronization

/// Who teaches whom in a test: each learner's teachers.
typealias Teaching = [String: [String]]

/// Everyone teaches everyone.
func mutual(_ names: [String]) -> Teaching {
    Dictionary(uniqueKeysWithValues: names.map { name in (name, names.filter { $0 != name }) })
}

func students(of teacher: String, in teaching: Teaching) -> [String] {
    teaching.keys.filter { teaching[$0]!.contains(teacher) }.sorted()
}

/// Lanes that carry logits, always.
func lanes(_ names: [String]) -> [Lane] { names.map { Lane($0) } }

let testRun = ExchangeIdentity.runIdentifier(of: "test")
let testDigest = [UInt8](repeating: 7, count: 32)

func identity(
    _ name: String, run: [UInt8] = testRun, digest: [UInt8] = testDigest, classes: Int = 3,
    order: UInt64 = 1, incarnation: UInt64 = .random(in: 1 ... .max)
) -> ExchangeIdentity {
    ExchangeIdentity(
        name: name, run: run, configurationDigest: digest, classes: classes,
        sampleOrderDigest: order, product: "test 1", incarnation: incarnation)
}

/// Knowledge that tells who published it and when.
func knowledge(
    _ name: String, _ step: Int, round: Round = .before, samples: Int = 2, batch: UInt64? = nil
) -> Knowledge {
    let seed = Float(name.utf8.first!) + Float(step) / 8
    let logits = KnowledgeTensor(
        name: "logits", kind: .response, shape: [samples, 3],
        values: (0..<samples * 3).map { seed + Float($0) * 1000 })
    return Knowledge(
        epoch: step / 10, step: step, round: round, batchDigest: batch ?? UInt64(step),
        tensors: [logits])
}

/// Runs a body on a thread of its own, as a learner's training would be.
func onThread<T: Sendable>(
    _ body: @escaping @Sendable () throws -> T
) async -> Result<T, any Error> {
    await withCheckedContinuation { continuation in
        let thread = Thread { continuation.resume(returning: Result(catching: body)) }
        thread.start()
    }
}

/// What several threads say, in the order of saying.
final class Notices: Sendable {
    private let texts = Mutex<[String]>([])

    func add(_ text: String) { texts.withLock { $0.append(text) } }

    var all: [String] { texts.withLock { $0 } }
}

/// Runs learners side by side, each on its own thread, and returns each one's outcome.
func runLearners<T: Sendable>(
    _ names: [String], _ body: @escaping @Sendable (String) throws -> T
) async -> [String: Result<T, any Error>] {
    await withTaskGroup(of: (String, Result<T, any Error>).self) { group in
        for name in names { group.addTask { (name, await onThread { try body(name) }) } }
        return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
}

/// Publishes and gathers for some steps; returns the senders' order at each, and checks contents.
func exchangeSteps(
    _ exchange: some KnowledgeExchange, as name: String, _ steps: Range<Int>
) throws -> [[String]] {
    try steps.map { step in
        try exchange.publish(knowledge(name, step))
        let gathering = try exchange.gather(
            step: step, round: .before, batchDigest: UInt64(step))
        for (sender, received) in gathering.knowledge where received != knowledge(sender, step) {
            throw ExchangeFailure(exitCode: .failure, message: "'\(sender)' arrived changed")
        }
        return gathering.knowledge.map(\.sender)
    }
}

func outcomeFailure<T>(_ result: Result<T, any Error>?) -> ExchangeFailure? {
    guard case .failure(let error) = result else { return nil }
    return error as? ExchangeFailure
}

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

/// The links to or from some neighbours; by default the logits travel over them, always.
func links(
    _ names: [String], isOptional: Bool = false, acceptsLate: Bool = false,
    tensorsDue: @escaping @Sendable (_ peer: String, _ step: Int, _ round: Round) -> [String] = {
        _, _, _ in ["logits"]
    }
) -> [Link] {
    names.map { name in
        Link(name, isOptional: isOptional, acceptsLate: acceptsLate) { tensorsDue(name, $0, $1) }
    }
}

let testRun = ExchangeIdentity.runIdentifier(of: "test")
let testDigest = [UInt8](repeating: 7, count: 32)

func identity(
    _ name: String, run: [UInt8] = testRun, digest: [UInt8] = testDigest, classes: Int = 3,
    order: UInt64 = 1, incarnation: UInt64 = Incarnations.next()
) -> ExchangeIdentity {
    ExchangeIdentity(
        name: name, run: run, configurationDigest: digest, classes: classes,
        sampleOrderDigest: order, product: "test 1", incarnation: incarnation)
}

/// First lives, each of another learner than all before.
enum Incarnations {
    private static let count = Mutex<UInt64>(0)

    static func next() -> UInt64 {
        count.withLock { count in
            count += 1
            return count << 16
        }
    }
}

/// Knowledge from which its publisher and its step can be seen.
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
///
/// A cancellation, such as that of a time limit, ends the wait for it at once; the thread is left
/// behind.
func onThread<T: Sendable>(
    _ body: @escaping @Sendable () throws -> T
) async -> Result<T, any Error> {
    let outcome = Outcome<T>()
    return await withTaskCancellationHandler {
        await withCheckedContinuation { continuation in
            outcome.wait(with: continuation)
            Thread { outcome.set(Result(catching: body)) }.start()
        }
    } onCancel: {
        outcome.set(.failure(CancellationError()))
    }
}

/// What somebody waits for, set by whoever comes first.
private final class Outcome<T: Sendable>: Sendable {
    private enum State {
        case open
        case awaited(CheckedContinuation<Result<T, any Error>, Never>)
        case set(Result<T, any Error>)
    }

    private let state = Mutex(State.open)

    func wait(with continuation: CheckedContinuation<Result<T, any Error>, Never>) {
        let result = state.withLock { state -> Result<T, any Error>? in
            if case .set(let result) = state { return result }
            state = .awaited(continuation)
            return nil
        }
        if let result { continuation.resume(returning: result) }
    }

    func set(_ result: Result<T, any Error>) {
        let continuation = state.withLock {
            state -> CheckedContinuation<Result<T, any Error>, Never>? in
            defer { if case .set = state {} else { state = .set(result) } }
            if case .awaited(let continuation) = state { return continuation }
            return nil
        }
        continuation?.resume(returning: result)
    }
}

/// The notices of several threads, in their order.
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

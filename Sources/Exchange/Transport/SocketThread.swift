import Dispatch
import Foundation
import Synchronization
import ZeroMQ

/// Starts the threads that own sockets.
enum SocketThread {
    private final class Outcome: Sendable {
        let failure = Mutex<(any Error)?>(nil)
        let prepared = DispatchSemaphore(value: 0)
    }

    /// Runs `prepare` on a new thread, then what it returns; `ended` is signalled when all that
    /// these hold has been let go.
    ///
    /// - Throws: ``ExchangeFailure`` for what `prepare` throws.
    static func start(
        named name: String, ended: DispatchSemaphore,
        prepare: @escaping @Sendable () throws -> () -> Void
    ) throws(ExchangeFailure) {
        let outcome = Outcome()
        let thread = Thread {
            run(prepare, outcome)
            ended.signal()
        }
        thread.name = name
        thread.start()
        outcome.prepared.wait()
        if let failure = outcome.failure.withLock({ $0 }) { throw .unexpected(failure) }
    }

    private static func run(_ prepare: () throws -> () -> Void, _ outcome: Outcome) {
        do {
            let run = try prepare()
            outcome.prepared.signal()
            run()
        } catch {
            outcome.failure.withLock { $0 = error }
            outcome.prepared.signal()
        }
    }
}

extension ExchangeFailure {
    /// An error that no peer is to blame for.
    static func unexpected(_ error: any Error) -> ExchangeFailure {
        switch error {
        case let failure as ExchangeFailure: failure
        case let error as TooFewDescriptors:
            ExchangeFailure(exitCode: .configuration, message: "\(error)")
        case let error as UnsuitableLibrary:
            ExchangeFailure(exitCode: .version, message: "\(error)")
        default: ExchangeFailure(exitCode: .failure, message: "the exchange failed: \(error)")
        }
    }
}

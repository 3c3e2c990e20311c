import Exchange
import Foundation
import Glibc
import Launching
import Synchronization
import Training

/// What signals ask of a learner: TERM, INT and HUP to stop, USR1 to write a checkpoint and go on.
struct LearnerSignals {
    private let stop: StopFlag
    private let isAsked = Request()
    /// They catch signals for as long as they live.
    private let traps: [SignalTrap]

    /// Seconds that a learner may take to save what it has when its launcher has gone.
    private static let grace = 30.0

    /// A flag that can be shared.
    private final class Request: Sendable {
        let flag = Atomic(false)
    }

    /// - Parameters:
    ///   - member: says whether the end of standard input, when the launcher has gone, counts as TERM,
    ///     and whether a further signal is taken for the first one again.
    ///   - exchange: what it waits for ends with a signal.
    init(_ member: MemberArguments, endingWaitsOf exchange: (any KnowledgeExchange)?) {
        let ignoresRepeats = member.ignoreRepeats
        let stop = StopFlag()
        let isAsked = isAsked
        @Sendable func end(_ signal: Int32) {
            if ignoresRepeats, stop.signal != nil { return }
            stop.raise(signal)
            let interruption = Interruption(signal: signal)
            exchange?.cancel(
                ExchangeFailure(exitCode: interruption.exitCode, message: "\(interruption)"))
        }
        self.stop = stop
        traps = [
            SignalTrap(handle: end),
            SignalTrap([SIGUSR1]) { _ in isAsked.flag.store(true, ordering: .releasing) },
        ]
        guard member.exitOnStdinClose else { return }
        StandardInputWatch.start {
            end(SIGTERM)
            // Nobody is left to kill it where it does not come to its end.
            Thread.sleep(forTimeInterval: Self.grace)
            end(SIGTERM)
        }
    }

    /// What asked the learner to stop, if anything has.
    var interruption: Interruption? { stop.signal.map { Interruption(signal: $0) } }

    /// - Throws: ``Interruption`` where the learner is to stop.
    func check() throws {
        if let interruption { throw interruption }
    }

    /// Whether a checkpoint was asked for since this was last asked.
    func takeRequest() -> Bool { isAsked.flag.exchange(false, ordering: .acquiringAndReleasing) }
}

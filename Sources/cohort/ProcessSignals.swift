import Experiment
import Foundation
import Glibc
import Launching
import Synchronization
import Training

/// The signals of a node's process: TERM, INT and HUP stop it, USR1 asks for a checkpoint.
struct ProcessSignals: NodeSignals {
    private let stop: StopFlag
    private let request = Request()
    /// Whether what stops the process is that its launcher has gone.
    private let isOrphaned: Request
    /// They catch signals for as long as they live.
    private let traps: [SignalTrap]

    /// Seconds that a node may take to save its state when its launcher has gone.
    private static let grace = 30.0

    /// A flag that can be shared.
    private final class Request: Sendable {
        let flag = Atomic(false)
    }

    /// - Parameters:
    ///   - endsWithStandardInput: whether the end of standard input, when the launcher has gone,
    ///     counts as TERM.
    ///   - ignoresRepeats: whether a further signal is taken for the first one again.
    ///   - cancel: ends what the node waits for.
    init(
        endsWithStandardInput: Bool, ignoresRepeats: Bool,
        _ cancel: @escaping @Sendable (Interruption) -> Void
    ) {
        let stop = StopFlag()
        let request = request
        let isOrphaned = Request()
        @Sendable func end(_ interruption: Interruption) {
            if ignoresRepeats, stop.signal != nil { return }
            stop.raise(interruption.signal)
            cancel(interruption)
        }
        (self.stop, self.isOrphaned) = (stop, isOrphaned)
        traps = [
            SignalTrap { end(Interruption(signal: $0)) },
            SignalTrap([SIGUSR1]) { _ in request.flag.store(true, ordering: .releasing) },
        ]
        guard endsWithStandardInput else { return }
        StandardInputWatch.start {
            if stop.signal == nil { isOrphaned.flag.store(true, ordering: .releasing) }
            end(.launcherGone)
            // No launcher is left to kill the process where it does not come to its end.
            Thread.sleep(forTimeInterval: Self.grace)
            end(.launcherGone)
        }
    }

    var interruption: Interruption? {
        stop.signal.map {
            isOrphaned.flag.load(ordering: .acquiring) ? .launcherGone : Interruption(signal: $0)
        }
    }

    func takeCheckpointRequest() -> Bool {
        request.flag.exchange(false, ordering: .acquiringAndReleasing)
    }
}

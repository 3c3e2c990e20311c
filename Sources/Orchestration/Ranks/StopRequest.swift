import Synchronization
import Training

/// The signal that asked a rank to stop, if any has, from the rank's first moment to its last.
package final class StopRequest: Sendable {
    private let signal = Atomic<Int32>(0)

    /// No signal has come.
    package init() {}

    /// Notes a signal. Only the first one counts.
    package func note(_ signal: Int32) {
        _ = self.signal.compareExchange(
            expected: 0, desired: signal, ordering: .acquiringAndReleasing)
    }

    /// The first signal; nil where none has come.
    package var interruption: Interruption? {
        let signal = signal.load(ordering: .acquiring)
        return signal == 0 ? nil : Interruption(signal: signal)
    }

    /// - Throws: ``Interruption`` where the rank is to stop.
    package func check() throws {
        if let interruption { throw interruption }
    }
}

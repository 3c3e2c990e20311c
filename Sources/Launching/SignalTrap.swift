import Bytes
import Dispatch
import Glibc
import Synchronization

/// Catches signals for as long as it exists, with one call for each, on a queue of its own.
///
/// A signal that comes before has its usual effect; none is lost in between.
public final class SignalTrap {
    /// The signals that ask a process to stop: TERM, INT and HUP.
    public static let stopSignals = [SIGTERM, SIGINT, SIGHUP]

    private let sources: [any DispatchSourceSignal]

    /// - Parameters:
    ///   - signals: the numbers of the signals to catch; those stay ignored that were ignored when
    ///     the process began.
    ///   - handle: receives each signal's number, one call at a time.
    public init(
        _ signals: [Int32] = stopSignals, handle: @escaping @Sendable (Int32) -> Void
    ) {
        let queue = DispatchQueue(label: "signals", qos: .userInteractive)
        let registered = DispatchSemaphore(value: 0)
        let caught = signals.filter { !InheritedSignals.ignored.contains($0) }
        sources = caught.map { number in
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { handle(number) }
            source.setRegistrationHandler { registered.signal() }
            source.activate()
            return source
        }
        for _ in caught { registered.wait() }
    }

    deinit {
        for source in sources { source.cancel() }
    }
}

/// A learner's answer to TERM and INT: the first one is noted, for the loop to stop at a step's
/// end; the second ends the process at once with 128+N.
public final class StopFlag: Sendable {
    private let first = Atomic<Int32>(0)

    /// No signal has come.
    public init() {}

    /// The first signal that asked the process to stop, if one has.
    public var signal: Int32? {
        let number = first.load(ordering: .acquiring)
        return number == 0 ? nil : number
    }

    /// Notes `signal`, or ends the process where one was noted before.
    public func raise(_ signal: Int32) {
        let (isFirst, _) = first.compareExchange(
            expected: 0, desired: signal, ordering: .acquiringAndReleasing)
        if !isFirst { _exit(ExitCode.signal(signal).rawValue) }
    }
}

import Bytes
import Experiment
import Foundation
import Launching
import Orchestration
import Reporting
import Watching

/// The loop that shows a run until it ends, or until the user has seen enough.
struct WatchLoop {
    /// What the loop waits for.
    private enum Event: Sendable {
        /// It is time to look again.
        case tick
        /// The terminal has another size.
        case resize
        case quit
        case signal(Int32)
    }

    private var watch: RunWatch
    private let once: Bool
    private let terminal = ProgressTerminal()
    private let isDrawn: Bool

    /// - Parameters:
    ///   - learners: the order of the rows.
    ///   - once: whether one look at what is there is enough.
    init(_ run: RunDirectory, learners: [String], once: Bool) {
        let display = ProgressDisplay(.auto, learners: learners)
        isDrawn = display.isDrawn
        watch = RunWatch(run, display, isFollowing: !once)
        self.once = once
    }

    /// Shows the run.
    ///
    /// - Returns: its results; nil where it has none yet.
    /// - Throws: the exit code of a signal that ended the watching; ``DiskError``.
    func run() async throws -> Summary? {
        let (events, event) = AsyncStream<Event>.makeStream()
        // Also of Ctrl-\\: the terminal is set as it was before.
        let traps = SignalTrap(SignalTrap.stopSignals + [SIGQUIT]) { event.yield(.signal($0)) }
        let resizes = isDrawn ? await TerminalResizes { event.yield(.resize) } : nil
        let keys =
            isDrawn && !once
            ? await TerminalKeys { if "qQ".contains($0) { event.yield(.quit) } } : nil
        let result: Result<Summary?, any Error>
        do { result = .success(try await follow(events, event, resizes?.latest)) } catch {
            result = .failure(error)
        }
        await keys?.close()
        withExtendedLifetime((traps, resizes)) {}
        return try result.get()
    }

    private func follow(
        _ events: AsyncStream<Event>, _ event: AsyncStream<Event>.Continuation,
        _ latest: TerminalResizes.Latest?
    ) async throws -> Summary? {
        var watch = watch
        let elapsed = LaunchMonitor.sinceNow()
        event.yield(.tick)
        for await next in events {
            if case .signal(let number) = next {
                try write(watch.finish())
                throw processExit(.signal(number))
            }
            if case .quit = next { break }
            try write(watch.look(at: elapsed(), on: latest?.size.map(TerminalSize.init(_:))))
            if watch.isOver || once && !watch.isBehind { break }
            guard case .tick = next else { continue }
            Self.yield(.tick, to: event, after: watch.isBehind ? .zero : LaunchMonitor.tick)
        }
        try write(watch.finish())
        if case .ended(let summary) = watch.state { return summary }
        return nil
    }

    private static func yield(
        _ next: Event, to event: AsyncStream<Event>.Continuation, after delay: Duration
    ) {
        Task {
            try? await Task.sleep(for: delay)
            event.yield(next)
        }
    }

    /// Where whoever reads it has gone away, the process ends without a word.
    private func write(_ text: String) throws {
        guard !text.isEmpty else { return }
        do { try terminal.write(text) } catch  where error.isOfMissingReader {
            throw processExit(.signal(SIGPIPE))
        }
    }
}

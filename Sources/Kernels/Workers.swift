import CProcessor
import Foundation
import Synchronization

/// Threads that take pieces of one job at a time, together with the thread that gave it.
///
/// They wait for the next job awake for a while, since a training step consists of hundreds of jobs
/// of some microseconds each, and then asleep.
final class Workers: Sendable {
    static let shared = Workers()

    /// What is to be done, as long as a thread works at it.
    private struct Job {
        var body: (Int) -> Void
        var pieces: Int
        /// How many of the threads take part.
        var helpers: Int
    }

    private let isBusy = Atomic<Bool>(false)
    private let jobs = Atomic<Int>(0)
    private let nextPiece = Atomic<Int>(0)
    private let working = Atomic<Int>(0)
    private let sleepers = Atomic<Int>(0)
    private let alarm = NSCondition()
    // Written by the thread that made the workers busy, before it counts the job.
    private nonisolated(unsafe) var job = Job(body: { _ in }, pieces: 0, helpers: 0)
    private nonisolated(unsafe) var threads = 0

    /// How long a thread waits awake: some tens of microseconds.
    private static let patience = 2000

    /// Calls `body` once for each piece on this thread and up to `helpers` others. Where they work
    /// for another thread already, this one does it alone.
    func forEach(_ pieces: Int, helpers: Int, _ body: (Int) -> Void) {
        let (isFree, _) = isBusy.compareExchange(
            expected: false, desired: true, ordering: .acquiring)
        guard isFree else {
            for piece in 0..<pieces { body(piece) }
            return
        }
        while threads < helpers { start() }
        withoutActuallyEscaping(body) { body in
            job = Job(body: body, pieces: pieces, helpers: helpers)
            nextPiece.store(0, ordering: .relaxed)
            working.store(threads, ordering: .relaxed)
            jobs.add(1, ordering: .sequentiallyConsistent)
            if sleepers.load(ordering: .sequentiallyConsistent) > 0 {
                alarm.withLock { alarm.broadcast() }
            }
            takePieces()
            waitForOthers()
            job.body = { _ in }
        }
        isBusy.store(false, ordering: .releasing)
    }

    private func takePieces() {
        while true {
            let piece = nextPiece.add(1, ordering: .relaxed).oldValue
            guard piece < job.pieces else { return }
            job.body(piece)
        }
    }

    /// Others may have lost their processor to somebody else: after a while this thread lends its
    /// own.
    private func waitForOthers() {
        var rounds = 0
        while working.load(ordering: .acquiring) > 0 {
            rounds += 1
            if rounds < Self.patience { cohort_pause() } else { sched_yield() }
        }
    }

    private func start() {
        let number = threads
        let seen = jobs.load(ordering: .relaxed)
        threads += 1
        let thread = Thread { [self] in work(number, after: seen) }
        thread.name = "cohort-worker-\(number)"
        thread.stackSize = 1 << 20
        thread.qualityOfService = .userInitiated
        thread.start()
    }

    /// The life of a thread.
    private func work(_ number: Int, after first: Int) -> Never {
        var seen = first
        while true {
            seen = wait(after: seen)
            if number < job.helpers { takePieces() }
            working.subtract(1, ordering: .releasing)
        }
    }

    /// Waits until there is a job after the one that was seen last.
    private func wait(after seen: Int) -> Int {
        for _ in 0..<Self.patience {
            let count = jobs.load(ordering: .acquiring)
            if count != seen { return count }
            cohort_pause()
        }
        alarm.lock()
        defer { alarm.unlock() }
        sleepers.add(1, ordering: .sequentiallyConsistent)
        defer { sleepers.subtract(1, ordering: .relaxed) }
        while true {
            let count = jobs.load(ordering: .sequentiallyConsistent)
            if count != seen { return count }
            alarm.wait()
        }
    }
}

import FlyingFox
import FlyingSocks
import Reporting

/// The events of a run for one page: the body of an answer that goes on until the page is closed.
struct EventStream: AsyncBufferedSequence {
    typealias Element = UInt8

    let run: LiveRun
    let selection: RunCourse.Selection
    /// Where the page left off; nil for a new one.
    let position: String?

    func makeAsyncIterator() -> Iterator {
        Iterator(run: run, selection: selection, position: position)
    }

    /// Waits for the next event, and now and then sends a heartbeat.
    struct Iterator: AsyncBufferedIteratorProtocol {
        let run: LiveRun
        let selection: RunCourse.Selection
        var position: String?
        private var isOpen = false

        /// Looks for news so often between two heartbeats.
        private static let looks = 30

        init(run: LiveRun, selection: RunCourse.Selection, position: String?) {
            (self.run, self.selection, self.position) = (run, selection, position)
        }

        mutating func next() async throws -> UInt8? {
            preconditionFailure("a body is sent in buffers")
        }

        mutating func nextBuffer(suggested count: Int) async throws -> [UInt8]? {
            guard isOpen else {
                isOpen = true
                return Array(ServerEvent.retry.utf8)
            }
            for _ in 0..<Self.looks {
                if let event = try await run.event(after: position, selection) {
                    position = event.id
                    return Array(event.text.utf8)
                }
                try await Task.sleep(for: LiveRun.pause)
            }
            return Array(ServerEvent.heartbeat.utf8)
        }
    }
}

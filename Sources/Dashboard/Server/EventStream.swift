import FlyingFox
import FlyingSocks
import Reporting

/// The events of a run for one page: the body of an answer that goes on until the page is closed.
struct EventStream: AsyncBufferedSequence {
    typealias Element = UInt8

    let run: LiveRun
    /// Counts the stream while it is there.
    let place: OpenStreams.Place
    let selection: RunCourse.Selection
    /// Where the page left off; nil for a new one.
    let position: String?

    func makeAsyncIterator() -> Iterator {
        Iterator(self)
    }

    /// Waits for the next event, and now and then sends a heartbeat.
    struct Iterator: AsyncBufferedIteratorProtocol {
        private let stream: EventStream
        private var position: String?
        private var isOpen = false
        /// How long the page is left alone after an event.
        private var rest = Duration.zero

        /// What is still to be sent of an answer.
        private var parts: ArraySlice<ServerEvent> = []

        /// Looks for news so often between two heartbeats.
        private static let looks = 30
        /// What a page is sent in a second, at most: of a great cohort changes come seldom then.
        private static let bytesPerSecond = 1_000_000.0

        init(_ stream: EventStream) { (self.stream, position) = (stream, stream.position) }

        mutating func next() async throws -> UInt8? {
            preconditionFailure("a body is sent in buffers")
        }

        mutating func nextBuffer(suggested count: Int) async throws -> [UInt8]? {
            guard isOpen else {
                isOpen = true
                return Array(ServerEvent.retry.utf8)
            }
            try await Task.sleep(for: rest)
            rest = .zero
            for _ in 0..<Self.looks {
                if parts.isEmpty {
                    parts = try await stream.run.events(after: position, stream.selection)[...]
                }
                if let event = parts.popFirst() { return bytes(of: event) }
                try await Task.sleep(for: LiveRun.pause)
            }
            return Array(ServerEvent.heartbeat.utf8)
        }

        private mutating func bytes(of event: ServerEvent) -> [UInt8] {
            position = event.id ?? position
            let bytes = Array(event.text.utf8)
            rest = .seconds(Double(bytes.count) / Self.bytesPerSecond)
            return bytes
        }
    }
}

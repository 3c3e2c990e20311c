import Dashboard
import Foundation
import Reporting

/// A test waited too long for an answer.
struct NoAnswer: Error {}

/// Calls `body` with the page's address while a run is served, at a port that is free.
///
/// - Parameter limit: after so long everything is cancelled.
/// - Throws: ``NoAnswer`` then.
func withPage(
    of run: RunDirectory, address: String? = nil, within limit: Duration = .seconds(60),
    samples: TestSamples.Source? = nil,
    _ body: @escaping @Sendable (URL) async throws -> Void
) async throws {
    let (addresses, continuation) = AsyncStream.makeStream(of: String.self)
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            try await Dashboard.serve(run, address: address, samples: samples) {
                continuation.yield($0)
            }
        }
        group.addTask {
            var iterator = addresses.makeAsyncIterator()
            let text = await iterator.next() ?? ""
            guard let url = URL(string: text) else { throw URLError(.badURL) }
            try await body(url)
        }
        group.addTask {
            try await Task.sleep(for: limit)
            throw NoAnswer()
        }
        try await group.next()
        group.cancelAll()
        // The server ends by being cancelled.
        do { try await group.waitForAll() } catch is CancellationError {} catch {
            guard group.isCancelled else { throw error }
        }
    }
}

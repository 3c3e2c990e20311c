import Reporting

/// The live page of a run.
public enum Dashboard {
    /// Serves the page of a run until the task is cancelled.
    ///
    /// - Parameters:
    ///   - run: the directory of a run that goes on, or has ended.
    ///   - address: where to listen, in numbers: whoever asks needs a random token then. Nil for
    ///     loopback, which programs of this host alone reach, without a token.
    ///   - port: 0 for one that is free.
    ///   - samples: loads the test samples, when a page shows some of them; nil for the answers
    ///     alone.
    ///   - ready: takes the address to open, with its token, as soon as the server listens.
    /// - Throws: ``DashboardError``; what `ready` throws.
    public static func serve(
        _ run: RunDirectory, address: String? = nil, port: UInt16 = 0,
        samples: TestSamples.Source? = nil,
        ready: @escaping @Sendable (String) throws -> Void
    ) async throws {
        try await DashboardServer(run, address: address, port: port, samples).run(ready: ready)
    }
}

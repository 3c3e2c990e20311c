import ArgumentParser
import Dashboard
import Orchestration
import Reporting

/// Whether and where a run is shown as a page.
struct WebArguments: ParsableArguments {
    @Flag(
        help: """
            Show the run as a page for browsers: curves of all learners, who teaches whom, who \
            waits for whom. Only programs of this host reach it, and it ends with Ctrl-C.
            """)
    var web = false

    @Option(help: "With --web: the port of the page; 0 takes one that is free.")
    var port: UInt16?

    @Option(
        help: """
            With --web: an address of this host, in numbers, at which others reach the page too; \
            0.0.0.0 for all of them, of which the host's name is printed. The page's address then \
            carries a random token, without which nothing is shown.
            """)
    var address: String?

    func validate() throws {
        guard web || (port == nil && address == nil) else {
            throw ValidationError("--port and --address go with --web")
        }
    }

    /// Serves the page until the process is stopped, and prints its address.
    func serve(_ run: RunDirectory) async throws {
        try await Dashboard.serve(
            run, address: address, port: port ?? 0, samples: TestSamples.source(of: run)
        ) {
            try printResult("\($0)\n")
        }
    }
}

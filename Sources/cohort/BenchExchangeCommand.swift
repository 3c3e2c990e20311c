import ArgumentParser
import Benchmarks
import Exchange
import Foundation
import Reporting

/// `cohort bench exchange`: what a step of an exchange costs, plain and secured.
struct BenchExchangeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exchange",
        abstract: "Measure the exchange of a step, without keys and with them, in turn.",
        discussion: """
            Learners on threads of this process tell one another the logits of every step, over real \
            sockets of this host, and compute nothing. Each round measures the plain exchange and then \
            the secured one; shown are medians over the rounds of a step's median.
            """)

    @Option(help: "How many learners teach one another.")
    var learners = 2

    @Option(help: "Samples of a step.")
    var samples = 64

    @Option(help: "How many classes there are.")
    var classes = 10

    @Option(help: "Steps of a round.")
    var steps = 500

    @Option(help: "Rounds.")
    var rounds = 5

    @Flag(help: "Use sockets of files in place of TCP on 127.0.0.1.")
    var ipc = false

    func validate() throws {
        guard 2...64 ~= learners else { throw ValidationError("--learners lies in 2...64") }
        guard samples >= 1, classes >= 1, steps >= 1, rounds >= 1 else {
            throw ValidationError("--samples, --classes, --steps and --rounds are at least 1")
        }
    }

    func run() async throws {
        try await reportingFailure {
            let benchmark = ExchangeBenchmark(
                learners: learners, samples: samples, classes: classes, steps: steps,
                endpoint: ipc ? .ipc() : .tcp(host: "127.0.0.1"))
            var (plain, secured) = ([ExchangeBenchmark.Times](), [ExchangeBenchmark.Times]())
            for _ in 0..<rounds {
                plain.append(try benchmark.measure(isSecure: false))
                secured.append(try benchmark.measure(isSecure: true))
            }
            let rows = [
                ["", "plain", "secured", "ratio"],
                row("step, ms", plain.map(\.step), secured.map(\.step)),
                row("joining, ms", plain.map(\.joining), secured.map(\.joining)),
            ]
            try show(TextTable(rows: rows, wordColumns: 1).text)
        }
    }

    private func row(_ title: String, _ plain: [Double], _ secured: [Double]) -> [String] {
        let (plain, secured) = (median(plain), median(secured))
        return [
            title, String(format: "%.3f", plain * 1e3), String(format: "%.3f", secured * 1e3),
            String(format: "%.2f", secured / plain),
        ]
    }
}

import ArgumentParser
import Benchmarks
import Exchange
import Foundation
import Reporting

/// `cohort bench exchange`: what a step of an exchange costs, and what the same bytes cost otherwise.
struct BenchExchangeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exchange",
        abstract: "Measure the exchange of a step: plain, with a journal, with keys, and bare.",
        discussion: """
            Learners that compute nothing, each a process of its own, tell one another their knowledge \
            at every step. It is measured plain, with all written down (journal) and secured by CURVE \
            (keys), and through relays (relay, relay-keys), where sums of 8 bytes travel for every 4 of a \
            logit; beside it stand sockets that carry the same bytes and nothing else (bare), for two \
            learners one message and its answer (round-trip), and one socket that hears all and \
            answers each (bare-relay). Each round measures all of them, in \
            turn; shown are medians over the rounds of the first learner's median step.
            """)

    @Option(help: "How many learners teach one another.")
    var learners = 2

    @Option(help: "Bytes of a learner's knowledge at a step.")
    var bytes = 5120

    @Option(help: "Steps of a round.")
    var steps = 500

    @Option(help: "Rounds.")
    var rounds = 5

    @Option(help: "How many learners or relays one relay serves at most.")
    var fan = 64

    @Flag(help: "Use sockets of files in place of TCP on 127.0.0.1.")
    var ipc = false

    @Option(parsing: .upToNextOption, help: "What to measure.")
    var kinds: [ExchangePart.Kind] = []

    @Flag(help: "Print one object of JSON.")
    var json = false

    func validate() throws {
        guard 2...1024 ~= learners else { throw ValidationError("--learners lies in 2...1024") }
        guard learners <= 64 || measured.allSatisfy({ $0.isRelayed || $0 == .bareRelay }) else {
            throw ValidationError("above 64 learners only what goes through relays is measured")
        }
        guard 2...4096 ~= fan else { throw ValidationError("--fan lies in 2...4096") }
        guard bytes >= 1, steps >= 1, rounds >= 1 else {
            throw ValidationError("--bytes, --steps and --rounds are at least 1")
        }
        guard learners == 2 || !kinds.contains(.roundTrip) else {
            throw ValidationError("round-trip is between two learners")
        }
    }

    /// What is asked for; of two learners all.
    private var measured: [ExchangePart.Kind] {
        guard kinds.isEmpty else { return kinds }
        return ExchangePart.Kind.allCases.filter { kind in
            kind.isRelayed || kind == .bareRelay
                || learners <= 64
                    && (learners == 2 || kind != .roundTrip)
        }
    }

    func run() async throws {
        try await reportingFailure {
            let benchmark = ExchangeBenchmark(
                learners: learners, byteCount: bytes, steps: steps, overFiles: ipc, fan: fan)
            let kinds = measured
            var times = [[ExchangePart.Times]](repeating: [], count: kinds.count)
            for _ in 0..<rounds {
                for (place, kind) in kinds.enumerated() {
                    times[place].append(try benchmark.measure(kind))
                }
            }
            try show(json ? Self.json(kinds, times) : Self.table(kinds, times))
        }
    }

    private static func table(
        _ kinds: [ExchangePart.Kind], _ times: [[ExchangePart.Times]]
    ) -> String {
        func row(_ title: String, _ value: KeyPath<ExchangePart.Times, Double>) -> [String] {
            [title]
                + times.map { String(format: "%.3f", median($0.map { $0[keyPath: value] }) * 1e3) }
        }
        let rows = [
            [""] + kinds.map(\.rawValue), row("exchange, ms", \.exchange),
            row("joining, ms", \.joining),
        ]
        return TextTable(rows: rows, wordColumns: 1).text
    }

    /// The milliseconds of an exchange by its kind.
    private static func json(
        _ kinds: [ExchangePart.Kind], _ times: [[ExchangePart.Times]]
    ) throws -> String {
        let medians = times.map { median($0.map(\.exchange)) * 1e3 }
        let named = Dictionary(uniqueKeysWithValues: zip(kinds.map(\.rawValue), medians))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return String(decoding: try encoder.encode(named), as: UTF8.self) + "\n"
    }
}

extension ExchangePart.Kind: ExpressibleByArgument {}

/// One learner's process of `cohort bench exchange`, which tells it what to do.
struct BenchExchangePartCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exchange-part", abstract: "One learner of 'bench exchange'.",
        shouldDisplay: false)

    func run() async throws {
        try await reportingFailure {
            let words = readLine() ?? ""
            let part = try JSONDecoder().decode(ExchangePart.self, from: Data(words.utf8))
            let times = try part.take()
            try show(String(decoding: JSONEncoder().encode(times), as: UTF8.self) + "\n")
        }
    }
}

import ArgumentParser
import Benchmarks
import Foundation
import Launching

/// `cohort bench exchange`: how long an exchange takes at each step, and the same bytes without it.
struct BenchExchangeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exchange",
        abstract: "Measure the exchange of a step: plain, with a journal, with keys, and bare.",
        discussion: """
            Learners that compute nothing, each a process of its own, publish knowledge and gather \
            that of the others at every step. The exchange is measured plain, with a journal \
            (journal), secured by CURVE (keys), and through relays (relay, relay-keys), where sums \
            of 8 bytes travel for every 4 of a logit. It is compared with sockets that carry the \
            same bytes and nothing else (bare), with one message and its answer between two \
            learners (round-trip), and with one socket that receives from all and answers each \
            (bare-relay). Each round measures all of them in turn; the results are medians over \
            the rounds of the first learner's median step.

            Examples:
              cohort bench exchange --learners 2 --rounds 1 --steps 50
              cohort bench exchange --kinds plain keys --rounds 1 --steps 50
            """)

    @Option(help: "The number of learners, which all teach one another.")
    var learners = 2

    @Option(help: "The bytes of a learner's knowledge at a step.")
    var bytes = 5120

    @Option(help: "The steps of a round.")
    var steps = 500

    @Option(help: "The number of rounds.")
    var rounds = 5

    @Option(help: "How many learners or relays one relay serves at most.")
    var fanOut = 64

    @Flag(help: "Use sockets of files in place of TCP on 127.0.0.1.")
    var ipc = false

    @Option(parsing: .upToNextOption, help: "What to measure.")
    var kinds: [ExchangePart.Kind] = []

    @Flag(help: "Print one object of JSON.")
    var json = false

    func validate() throws {
        guard 2...1024 ~= learners else { throw ValidationError("--learners lies in 2...1024") }
        guard
            learners <= ExchangePart.Kind.mostDirect
                || measured.allSatisfy({ $0.isRelayed || $0 == .bareRelay })
        else {
            throw ValidationError(
                "above \(ExchangePart.Kind.mostDirect) learners only relays are measured")
        }
        guard 2...4096 ~= fanOut else { throw ValidationError("--fan-out lies in 2...4096") }
        guard bytes >= 1, steps >= 1, rounds >= 1 else {
            throw ValidationError("--bytes, --steps and --rounds are at least 1")
        }
        guard learners == 2 || !kinds.contains(.roundTrip) else {
            throw ValidationError("round-trip is between two learners")
        }
    }

    /// The kinds that were named; otherwise all that so many learners allow.
    private var measured: [ExchangePart.Kind] {
        kinds.isEmpty ? ExchangePart.Kind.all(for: learners) : kinds
    }

    func run() async throws {
        try await reportingFailure {
            let benchmark = ExchangeBenchmark(
                CurrentProgram.image, ["bench", "exchange-part"], learners: learners,
                byteCount: bytes, steps: steps, overFiles: ipc, fanOut: fanOut, notice: printNotice)
            var times = ExchangeTimes(measured)
            for _ in 0..<rounds {
                for kind in measured { times.add(try benchmark.measure(kind), of: kind) }
            }
            try printResult(json ? try times.json : times.text)
        }
    }
}

extension ExchangePart.Kind: ExpressibleByArgument {}

/// One learner's process of `cohort bench exchange`, which writes its part to the standard input.
struct BenchExchangePartCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exchange-part", abstract: "One learner of 'bench exchange'.",
        shouldDisplay: false)

    func run() async throws {
        try await reportingFailure {
            let part = try JSONDecoder().decode(
                ExchangePart.self, from: Data((readLine() ?? "").utf8))
            let times = try part.run(notice: printNotice) {
                readLine()
            } output: {
                try printResult($0 + "\n")
            }
            try printResult(String(decoding: JSONEncoder().encode(times), as: UTF8.self) + "\n")
        }
    }
}

import CohortGraph
import Exchange
import Experiment
import Foundation
import Launching
import Reporting
import ZeroMQ

/// How the ranks of a run find one another, each by what is on the board.
struct RankMeeting {
    let place: RankPlace
    let configuration: ExperimentConfiguration
    /// Of the run.
    let id: String
    /// The learners that run here.
    let learners: [String]
    let checkInterruption: () throws -> Void

    /// How often the board is looked at.
    private static let pause = Duration.milliseconds(100)

    private var environment: RankEnvironment { place.environment }
    private var limit: Duration { .seconds(configuration.exchange.joinLimit) }

    /// Rank 0: calls, and waits for the answers of all others.
    ///
    /// - Returns: the answers, from rank 1 on.
    /// - Throws: ``RankFailure`` where one does not come (69) or does not fit (78), or where this one is
    ///   to stop: the others are told.
    func call(on board: RankBoard) async throws -> (call: UInt64, answers: [RankBoard.Answer]) {
        let call = RankBoard.Call(number: .random(in: 0 ... .max), run: id)
        try board.clear()
        try board.write(call)
        let deadline = ContinuousClock.now + limit
        while true {
            do { try checkInterruption() } catch {
                let failure = RankFailure(
                    rank: 0, exitCode: exitCode(of: error), message: "\(error)")
                try refuse(failure, call.number, board)
            }
            let answers = (1..<environment.size).map { rank in
                board.answer(of: rank).flatMap { $0.call == call.number ? $0 : nil }
            }
            let missing = answers.indices.filter { answers[$0] == nil }.map { "rank \($0 + 1)" }
            if missing.isEmpty {
                let answers = answers.compactMap(\.self)
                if let problem = problem(with: answers) {
                    try refuse(
                        RankFailure(rank: 0, exitCode: .configuration, message: problem),
                        call.number, board)
                }
                return (call.number, answers)
            }
            if ContinuousClock.now >= deadline {
                let names = missing.joined(separator: " and ")
                let message =
                    "\(names) of \(environment.size) did not come to run \(id) within"
                    + " \(limit.components.seconds) s (exchange.timeouts.join)"
                try refuse(
                    RankFailure(rank: 0, exitCode: .unavailable, message: message), call.number,
                    board)
            }
            try await Task.sleep(for: Self.pause)
        }
    }

    /// The others: answer to rank 0's call, and wait to be told where the cohort meets.
    ///
    /// - Parameters:
    ///   - find: looks for the run directory that rank 0 makes.
    ///   - keys: the public keys of the learners here.
    /// - Throws: ``RankFailure``: what rank 0 says is wrong, or 69 where it is not there.
    func join(
        _ find: () throws -> RunDirectory?, keys: [String: CurveKey]
    ) async throws -> (directory: RunDirectory, meeting: RankBoard.Meeting) {
        var deadline = ContinuousClock.now + limit
        var answered: RankBoard.Answer?
        while true {
            try checkInterruption()
            if let directory = try find() {
                let board = RankBoard(of: directory)
                if let call = board.call(), call.run == id, call.number != answered?.call {
                    let answer = answer(to: call, keys)
                    try board.write(answer, of: place.rank)
                    answered = answer
                    complain("found \(directory.path); waiting for the other ranks")
                    // Rank 0 now waits for the last of the others.
                    deadline = ContinuousClock.now + limit + .seconds(5)
                }
                if let answered, let meeting = board.meeting(), meeting.call == answered.call {
                    if let refusal = meeting.refusal { throw refusal }
                    if meeting.answers[place.rank - 1] == answered.number {
                        return (directory, meeting)
                    }
                }
            }
            guard ContinuousClock.now < deadline else {
                let missing = answered == nil ? "open" : "begin"
                throw RankFailure(
                    rank: place.rank, exitCode: .unavailable,
                    message: "rank 0 did not \(missing) run \(id) within"
                        + " \(limit.components.seconds) s (exchange.timeouts.join); does it run, and"
                        + " see the same \(configuration.runs)?")
            }
            try await Task.sleep(for: Self.pause)
        }
    }

    /// Tells the others where the cohort meets.
    func announce(
        _ rendezvous: String, key: CurveKey?, _ call: UInt64, _ answers: [RankBoard.Answer],
        on board: RankBoard
    ) throws {
        try board.write(
            RankBoard.Meeting(
                call: call, answers: answers.map(\.number),
                learners: [learners] + answers.map(\.learners), rendezvous: rendezvous,
                key: key?.hexadecimal))
    }

    /// Tells the others that the cohort cannot meet.
    func refuse(_ failure: RankFailure, _ call: UInt64, _ board: RankBoard) throws -> Never {
        try board.write(
            RankBoard.Meeting(
                call: call, answers: [], learners: [], rendezvous: "", refusal: failure))
        throw failure
    }

    private func answer(to call: RankBoard.Call, _ keys: [String: CurveKey]) -> RankBoard.Answer {
        RankBoard.Answer(
            call: call.number, number: .random(in: 0 ... .max),
            host: environment.node ?? ProcessInfo.processInfo.hostName, size: environment.size,
            learners: learners, configuration: configuration.digest,
            exchange: configuration.exchange.spoken, keys: keys.mapValues(\.hexadecimal))
    }

    /// What the ranks do not agree on.
    private func problem(with answers: [RankBoard.Answer]) -> String? {
        for (index, answer) in answers.enumerated() {
            let name = "rank \(index + 1) on \(answer.host)"
            if answer.size != environment.size {
                return
                    "\(name) takes the run for one of \(answer.size) ranks, and rank 0 for one of"
                    + " \(environment.size)"
            }
            if answer.configuration != configuration.digest {
                return "\(name) has configuration \(answer.configuration), and rank 0"
                    + " \(configuration.digest): give all the same file and settings"
            }
            if answer.exchange != configuration.exchange.spoken {
                return "the exchange is \(answer.exchange) for \(name), and"
                    + " \(configuration.exchange.spoken) for rank 0: set exchange.transport and"
                    + " exchange.security"
            }
        }
        let taken = learners + answers.flatMap(\.learners)
        let expected = configuration.startedLearners
        let idle = expected.filter { !taken.contains($0) }
        if !idle.isEmpty {
            return
                "no rank runs \(idle.joined(separator: ", ")): give every rank a --learner, or none"
        }
        let twice = expected.filter { name in taken.count { $0 == name } > 1 }
        return twice.isEmpty
            ? nil : "several ranks run \(twice.joined(separator: ", ")): name each learner once"
    }
}

extension ExchangeOptions {
    /// How learners reach one another, in words.
    fileprivate var spoken: String { "\(transport.rawValue), \(security.rawValue)" }
}

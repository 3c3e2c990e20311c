import Bytes
import Exchange
import Experiment
import Foundation
import Launching
import Reporting
import ZeroMQ

/// How the ranks of a run find one another: reads and writes the board, as ``RankCalling`` and
/// ``RankJoining`` decide.
struct RankMeeting {
    let place: RankPlace
    let configuration: ExperimentConfiguration
    /// What the numbers follow from, as far as it is known here.
    let provenance: Provenance
    /// The run's identifier.
    let id: String
    /// The learners that run here.
    let learners: [String]
    /// Receives messages for people.
    let notice: @Sendable (String) -> Void
    /// Throws where this rank is to stop.
    let checkInterruption: () throws -> Void

    /// How often the board is read.
    private static let pause = Duration.milliseconds(100)

    private var limit: Duration { .seconds(configuration.exchange.joinLimit) }
    private let clock = ContinuousClock()

    init(
        place: RankPlace, configuration: ExperimentConfiguration, _ provenance: Provenance,
        id: String, learners: [String],
        notice: @escaping @Sendable (String) -> Void, checkInterruption: @escaping () throws -> Void
    ) {
        (self.place, self.configuration, self.id) = (place, configuration, id)
        (self.learners, self.notice) = (learners, notice)
        self.provenance = provenance
        self.checkInterruption = checkInterruption
    }

    /// Rank 0: calls, and waits for the answers of all others.
    ///
    /// - Returns: the call's number, and the answers from rank 1 on.
    /// - Throws: ``RankFailure`` where one does not come (69) or does not agree (78), or where this
    ///   rank is to stop; the others receive it too.
    func call(on board: RankBoard) async throws -> (call: UInt64, answers: [RankBoard.Answer]) {
        let call = RankBoard.Call(number: .random(in: 0 ... .max), run: id)
        let calling = RankCalling(call, agreement, learners: learners, limit: limit)
        try board.clear()
        try board.write(call)
        let start = clock.now
        while true {
            do { try checkInterruption() } catch {
                try refuse(RankFailure(error, of: 0), call.number, board)
            }
            let answers = (1..<place.environment.size).map(board.answer)
            switch calling.action(for: answers, after: clock.now - start) {
            case .wait: try await Task.sleep(for: Self.pause)
            case .meet(let answers): return (call.number, answers)
            case .refuse(let failure): try refuse(failure, call.number, board)
            }
        }
    }

    /// Another rank: answers rank 0's call, and waits until rank 0 names the place.
    ///
    /// - Parameters:
    ///   - find: looks for the run directory that rank 0 makes; nil while it is not there.
    ///   - keys: the public keys of the learners here.
    /// - Throws: ``RankFailure``: why rank 0 refuses, or 69 where it is not there.
    func join(
        _ find: () throws -> RunDirectory?, keys: [String: CurveKey]
    ) async throws -> (directory: RunDirectory, meeting: RankBoard.Meeting) {
        var joining = RankJoining(
            rank: place.rank, run: id, runs: configuration.runs, limit: limit)
        let start = clock.now
        while true {
            try checkInterruption()
            let directory = try find()
            let board = directory.map { RankBoard(of: $0) }
            let action = joining.action(
                call: board?.call(), meeting: board?.meeting(), after: clock.now - start)
            switch action {
            case .wait: break
            case .answer(let call, let number):
                try board?.write(answer(number, to: call, keys), of: place.rank)
                notice("found \(directory?.path ?? ""); waiting for the other ranks")
            case .meet(let meeting): if let directory { return (directory, meeting) }
            case .fail(let failure): throw failure
            }
            try await Task.sleep(for: Self.pause)
        }
    }

    /// Writes for the other ranks where the cohort meets.
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

    /// Writes for the other ranks that the cohort cannot meet.
    ///
    /// - Throws: the failure.
    func refuse(_ failure: RankFailure, _ call: UInt64, _ board: RankBoard) throws -> Never {
        try board.write(RankBoard.Meeting(call: call, refusal: failure))
        throw failure
    }

    private func answer(
        _ number: UInt64, to call: UInt64, _ keys: [String: CurveKey]
    ) -> RankBoard.Answer {
        RankBoard.Answer(
            call: call, number: number, host: place.hostName, size: place.environment.size,
            learners: learners, provenance: provenance,
            exchange: configuration.exchange.description, keys: keys.mapValues(\.hexadecimal))
    }

    private var agreement: RankAgreement {
        RankAgreement(
            size: place.environment.size, provenance: provenance,
            exchange: configuration.exchange.description, learners: configuration.startedLearners)
    }
}

extension ExchangeOptions {
    /// How learners reach one another, in words.
    fileprivate var description: String { "\(transport.rawValue), \(security.rawValue)" }
}

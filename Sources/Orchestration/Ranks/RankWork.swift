import Experiment
import Foundation
import Launching
import Reporting
import Training
import ZeroMQ

/// The learners of one rank from the meeting to the end, and the watch over the other ranks.
struct RankWork {
    /// What the learners here have reported.
    struct Results: Sendable {
        var together: [String: LearnerResult] = [:]
        var alone: [String: LearnerResult] = [:]
    }

    let launch: StageLaunch
    let place: RankPlace
    /// The learners of each rank.
    let learners: [[String]]
    /// The relays that run here.
    let relays: [String]
    let board: RankBoard
    /// The number of rank 0's call.
    let call: UInt64
    let lost: LostLearners
    let request: StopRequest

    private typealias Ending = RankEnding<Results>

    /// How long the rank that lost a learner may take to write why.
    private static let explanation = Duration.seconds(15)
    /// How long the launcher may take to react to a signal.
    private static let reaction = Duration.seconds(2)

    /// Runs to the end, and writes on the board how it ended.
    ///
    /// - Parameters:
    ///   - keys: of the learners here; nil where the exchange is plain.
    ///   - key: the rendezvous' public key, where it is elsewhere.
    /// - Throws: ``LaunchFailure`` for what failed here, ``RankFailure`` for what failed elsewhere.
    func run(at rendezvous: String, keys: LaunchKeys?, key: CurveKey?) async throws -> Results {
        let ended = await withTaskGroup(of: Ending.Event?.self) { group in
            group.addTask { .worked(await work(at: rendezvous, keys, key)) }
            group.addTask { .watched(await watch()) }
            group.addTask { await interruption().map(Ending.Event.interrupted) }
            defer { group.cancelAll() }
            return await outcome(of: &group)
        }
        switch ended {
        case .success:
            if place.rank != 0 { try board.write(RankBoard.End(call: call), of: place.rank) }
        case .failure(let error):
            let failure = RankFailure(error, of: place.rank)
            // The cause counts more than that it cannot be written.
            try? board.write(RankBoard.End(call: call, failure: failure), of: place.rank)
        }
        return try ended.get()
    }

    private func outcome(
        of group: inout TaskGroup<Ending.Event?>
    ) async -> Result<Results, any Error> {
        var ending = Ending(rank: place.rank)
        for await case let event? in group {
            switch ending.add(event) {
            case .wait: break
            case .stop: group.cancelAll()
            case .end(let result): return result
            }
        }
        preconditionFailure("the learners' own task always ends with an event")
    }

    private func work(
        at rendezvous: String, _ keys: LaunchKeys?, _ key: CurveKey?
    ) async -> Result<Results, any Error> {
        do {
            var results = Results()
            let own = learners[place.rank]
            results.together = try await launch.train(
                own, beside: relays, stage: 1, at: rendezvous,
                commands: try launch.commands(in: 1, keys),
                keys: { keys?.arguments(for: $0, rendezvous: key) ?? [] },
                lost: { lost.add([$0]) })
            let students = launch.configuration.comparedStudents.filter(own.contains)
            if launch.configuration.comparesAlone, !students.isEmpty {
                launch.notice("the same students alone: \(students.joined(separator: ", "))")
                results.alone = try await launch.trainAlone(students)
            }
            return .success(results)
        } catch {
            return .failure(await cause(of: error))
        }
    }

    /// What failed first, where that is a learner of another rank.
    private func cause(of error: any Error) async -> any Error {
        guard let departed = (error as? LaunchFailure)?.departed,
            let rank = learners.firstIndex(where: { $0.contains(departed) }), rank != place.rank
        else { return error }
        return await RankWatcher.failure(of: rank, call, on: board, within: Self.explanation)
            ?? error
    }

    private func watch() async -> Result<RankFailure?, any Error> {
        var watch = RankWatch(
            call: call, rank: place.rank, learners: learners, optional: launch.optional(in: 1),
            limit: launch.configuration.exchange.stepLimit)
        let watcher = RankWatcher(
            board: board, rank: place.rank, lost: lost, notice: launch.notice)
        return await Result { try await watcher.run(&watch) }
    }

    /// A signal that the launcher of the learners did not receive, as it came before they were
    /// started or after they had ended; nil where the rank ends without one.
    private func interruption() async -> Interruption? {
        do {
            while request.interruption == nil { try await Task.sleep(for: .milliseconds(100)) }
            try await Task.sleep(for: Self.reaction)
        } catch { return nil }
        return request.interruption
    }
}

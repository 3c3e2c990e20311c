import Experiment
import Foundation
import Launching
import Reporting
import Synchronization
import Training
import ZeroMQ

/// The learners of one rank, from the meeting to the end, and the watch over the other ranks.
struct RankWork {
    /// What the learners here came to.
    struct Results {
        var together: [String: LearnerResult] = [:]
        var alone: [String: LearnerResult] = [:]
    }

    let launch: StageLaunch
    let place: RankPlace
    /// Of each rank.
    let learners: [[String]]
    /// Which run here.
    let relays: [String]
    let board: RankBoard
    let call: UInt64
    let lost: LostLearners
    let request: StopRequest

    private enum Event {
        case worked(Result<Results, any Error>)
        case watched(Result<RankFailure?, any Error>)
        case interrupted(Interruption?)
    }

    /// How long the rank that lost a learner may take to say why.
    private static let explanation = Duration.seconds(15)
    /// How long the launcher may take to react to a signal.
    private static let reaction = Duration.seconds(2)

    /// Runs to the end, and says on the board how it ended.
    ///
    /// - Parameters:
    ///   - keys: of the learners here; nil where the exchange is plain.
    ///   - key: the rendezvous' public key, where it is elsewhere.
    /// - Throws: ``LaunchFailure`` for what failed here, ``RankFailure`` for what failed elsewhere.
    func run(at rendezvous: String, keys: LaunchKeys?, key: CurveKey?) async throws -> Results {
        let ended = await withTaskGroup(of: Event.self) { group in
            group.addTask { .worked(await work(at: rendezvous, keys, key)) }
            group.addTask { .watched(await watch()) }
            group.addTask { .interrupted(await interruption()) }
            defer { group.cancelAll() }
            return await outcome(of: &group)
        }
        switch ended {
        case .success:
            if place.rank != 0 { try board.write(.init(call: call), of: place.rank) }
        case .failure(let error):
            let failure =
                error as? RankFailure
                ?? RankFailure(rank: place.rank, exitCode: exitCode(of: error), message: "\(error)")
            // The cause counts more than that it cannot be told.
            try? board.write(.init(call: call, failure: failure), of: place.rank)
        }
        return try ended.get()
    }

    /// Waits for the learners here, and at rank 0 for the other ranks.
    private func outcome(
        of group: inout TaskGroup<Event>
    ) async -> Result<Results, any Error> {
        var results: Results?
        var othersHaveEnded = place.rank != 0
        for await event in group {
            switch event {
            case .worked(.success(let own)): results = own
            case .worked(.failure(let error)), .watched(.failure(let error)):
                return .failure(await stop(&group) ?? error)
            case .watched(.success(let failure?)):
                return .failure(await stop(&group) ?? failure)
            case .watched(.success(nil)): othersHaveEnded = true
            case .interrupted(let interruption?):
                return .failure(await stop(&group) ?? interruption)
            case .interrupted(nil): break
            }
            if let results, othersHaveEnded { return .success(results) }
        }
        preconditionFailure("the learners' own task always ends with an event")
    }

    /// Stops the learners, and waits until they have ended.
    ///
    /// - Returns: how they failed by themselves meanwhile.
    private func stop(_ group: inout TaskGroup<Event>) async -> (any Error)? {
        group.cancelAll()
        for await case .worked(.failure(let error)) in group { return error }
        return nil
    }

    private func work(
        at rendezvous: String, _ keys: LaunchKeys?, _ key: CurveKey?
    ) async -> Result<Results, any Error> {
        do {
            var results = Results()
            let own = learners[place.rank]
            results.together = try await launch.train(
                own, beside: relays, stage: 1, at: rendezvous,
                keys: { keys?.arguments(for: $0, rendezvous: key) ?? [] },
                lost: { lost.add([$0]) })
            let students = launch.configuration.comparedStudents.filter(own.contains)
            if launch.configuration.comparesAlone, !students.isEmpty {
                complain("the same students alone: \(students.joined(separator: ", "))")
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
        return await RankWatch.failure(of: rank, call, on: board, within: Self.explanation) ?? error
    }

    private func watch() async -> Result<RankFailure?, any Error> {
        var watch = RankWatch(
            board, call: call, rank: place.rank, learners: learners,
            optional: launch.optional(in: 1), lost: lost,
            limit: launch.configuration.exchange.stepLimit, notice: complain)
        do { return .success(try await watch.run()) } catch { return .failure(error) }
    }

    /// A signal that the launcher of the learners did not hear of, as it came before they were started
    /// or after they had ended.
    private func interruption() async -> Interruption? {
        do {
            while request.interruption == nil { try await Task.sleep(for: .milliseconds(100)) }
            try await Task.sleep(for: Self.reaction)
        } catch { return nil }
        return request.interruption
    }
}

/// What asked a rank to stop, if anything has, from its first moment to its last.
final class StopRequest: Sendable {
    private let signal = Atomic<Int32>(0)

    /// Only the first one counts.
    func note(_ signal: Int32) {
        _ = self.signal.compareExchange(
            expected: 0, desired: signal, ordering: .acquiringAndReleasing)
    }

    var interruption: Interruption? {
        let signal = signal.load(ordering: .acquiring)
        return signal == 0 ? nil : Interruption(signal: signal)
    }

    /// - Throws: ``Interruption`` where the rank is to stop.
    func check() throws {
        if let interruption { throw interruption }
    }
}

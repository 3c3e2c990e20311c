import CohortGraph
import Foundation
import Testing

struct RoundTests {
    static let all = (0...255).map { Round(rawValue: UInt8($0)) }

    @Test func noTwoRoundsHaveTheSamePlace() {
        for (round, next) in zip(Self.all.sorted(), Self.all.sorted().dropFirst()) {
            #expect(round < next && !(next < round))
        }
    }

    /// A plan finds free numbers ahead of the rounds that have names, and between them.
    @Test func numbersLieWhereTheTableSays() {
        #expect(
            [3, 128, 1, 255, 4, 0, 192, 191, 2, 5].map { Round(rawValue: $0) }.sorted()
                .map(\.rawValue) == [192, 255, 0, 1, 128, 191, 2, 3, 4, 5])
    }

    @Test func aRoundIsReadByItsName() {
        #expect("\(Round.validation)" == "validation")
        #expect(Set(Self.all.map(\.description)).count == 256)
    }

    /// Checkpoints hold the number alone.
    @Test func aRoundIsWrittenAsItsNumber() throws {
        let written = try JSONEncoder().encode([Round.ensemble, Round(rawValue: 128)])
        #expect(String(decoding: written, as: UTF8.self) == "[3,128]")
        #expect(try JSONDecoder().decode([Round].self, from: written).first == .ensemble)
    }

    @Test func aScheduleOrdersItsRounds() {
        let adjoint = Round(rawValue: 128)
        let schedule = RoundSchedule([
            .validation: .validation, adjoint: .batch, .before: .batch, .evaluation: .test,
        ])
        #expect(schedule.rounds == [.before, adjoint, .evaluation, .validation])
        #expect(schedule.batchRounds == [.before, adjoint])
        #expect((schedule.first, schedule.last) == (.before, .validation))
        #expect(
            schedule.rounds.map(schedule.samples(of:)) == [.batch, .batch, .test, .validation])
        #expect(schedule.samples(of: .after) == nil)
    }
}

import CohortGraph
import Options
import TestRegistries
import Testing

/// Blocks that imitate stages of a teacher.
struct BlockwiseTests {
    private let learners = [
        Learner(name: "t", role: .teacher), Learner(name: "a"), Learner(name: "b", role: .block),
    ]

    @Test func aBlockIsGivenOneMapAndImitatesTheNext() throws {
        let made = try groups(
            "blockwise", ["teacher": "t", "to": "b", "taps": ["one", "two"]], among: learners)
        #expect(made.count == 1 && made[0].from == ["t"] && made[0].to == "b")
        #expect(made[0].edge.taps.from == ["one", "two"])
        #expect(made[0].edge.lossTraits.contains(.imitatesStage))
        #expect(made[0].edge.knowledge == .feature)
    }

    @Test(
        arguments: [
            ["taps": ["one"], "teacher": "a", "to": "b"],
            ["taps": [], "teacher": "t", "to": "b"],
            ["taps": ["one", "two", "three"], "teacher": "t", "to": "b"],
            ["taps": ["one"], "teacher": "t", "to": "z"],
        ] as [Written])
    func whatIsNoStageIsRefused(options: Written) {
        #expect(throws: SettingError.self) {
            try groups("blockwise", options, among: learners)
        }
    }
}

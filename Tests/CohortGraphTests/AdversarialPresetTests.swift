import CohortGraph
import Options
import TestRegistries
import Testing

/// The presets whose edges have discriminators.
@Suite(.timeLimit(.minutes(1))) struct AdversarialPresetTests {
    /// Soft targets and maps go round one ring, or soft targets come from all others.
    @Test func adversarialMapsGoRoundARing() throws {
        let maps = EdgeOptions.known(
            loss: "afd", knowledge: .feature, taps: Taps(from: ["map"], to: ["map"]), weight: 0.1)
        let soft = EdgeOptions.known(loss: "kd", temperature: 3)
        let learners = students("a", "b", "c")
        #expect(
            try groups("afd", ["a", "b", "c"], among: learners) == [
                EdgeGroup(from: ["c"], to: "a", soft), EdgeGroup(from: ["c"], to: "a", maps),
                EdgeGroup(from: ["a"], to: "b", soft), EdgeGroup(from: ["a"], to: "b", maps),
                EdgeGroup(from: ["b"], to: "c", soft), EdgeGroup(from: ["b"], to: "c", maps),
            ])
        let mutual: Written = [
            "among": ["a", "b", "c"], "responses": "mutual", "maps": ["weight": "0.5"],
        ]
        let found = try groups("afd", mutual, among: learners)
        #expect(found.map(\.from) == [["b", "c"], ["c"], ["a", "c"], ["a"], ["a", "b"], ["b"]])
        #expect(found.map(\.edge.weight) == [1, 0.5, 1, 0.5, 1, 0.5])
    }

    /// The teacher plays the other side of the student's game, by the same options.
    @Test func bothSidesOfALabelGameLearn() throws {
        let edge = EdgeOptions.known(loss: "kdgan", weight: 0.1)
        var other = edge
        other.loss.name = "kdgan-teacher"
        #expect(
            try groups("kdgan", ["teacher": "t", "student": "s"], among: students("t", "s")) == [
                EdgeGroup(from: ["t"], to: "s", .known(loss: "irg-vertices")),
                EdgeGroup(from: ["t"], to: "s", edge), EdgeGroup(from: ["s"], to: "t", other),
            ])
    }
}

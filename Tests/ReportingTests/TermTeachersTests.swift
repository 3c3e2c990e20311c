import Reporting
import Testing

@Suite struct TermTeachersTests {
    private static func interval(_ peers: [String]) -> IntervalReport {
        IntervalReport(
            step: 1, steps: 1, epoch: 1, taskLoss: 1,
            divergence: Dictionary(uniqueKeysWithValues: peers.map { ($0, 0.5) }), rate: 1,
            stepSeconds: 1)
    }

    @Test(
        arguments: [
            ("dml<b,c", ["b", "c"]), ("kd<b:layer1+layer2", ["b"]), ("kd<b,c~flip#2", ["b", "c"]),
            ("task", []), ("kd<own.version:tap", ["own.version"]), ("dml<b...z(12)#2", []),
        ])
    func findsThemInTheName(term: String, teachers: [String]) {
        #expect(TermReport.teachers(in: term) == teachers)
        #expect(Self.interval(["b", "x"]).teachers(of: term) == teachers)
    }

    @Test func takesThoseOfALargeGroupFromTheInterval() {
        let name = "dml<b...z(3):tap"
        #expect(Self.interval(["z", "b", "x"]).teachers(of: name) == ["b", "x", "z"])
        // Others teach too, or these are not the group's.
        #expect(Self.interval(["b", "x", "y", "z"]).teachers(of: name) == [])
        #expect(Self.interval(["b", "x", "y"]).teachers(of: name) == [])
        #expect(Self.interval(["mean of 3"]).teachers(of: name) == [])
    }
}

import CohortGraph
import Options
import Testing

@Suite(.timeLimit(.minutes(1))) struct MutualTests {
    /// `mutual` as a configuration would write it, its names on lines 10, 11, …
    func options(_ names: [String], _ others: KeyValuePairs<String, String> = [:]) -> Setting {
        func place(_ line: Int) -> SourcePosition { SourcePosition(file: "f", line: line) }
        let among = Setting(
            .list(
                names.enumerated().map {
                    Setting(.scalar($1, isQuoted: false), at: place(10 + $0))
                }), at: place(9))
        var entries = [Setting.Entry(key: "among", position: place(9), value: among)]
        for (key, value) in others {
            let setting = Setting(.scalar(value, isQuoted: false), at: place(20))
            entries.append(Setting.Entry(key: key, position: place(20), value: setting))
        }
        return Setting(.map(entries), at: place(9))
    }

    func groups(_ options: Setting, among learners: [Learner]) throws(SettingError) -> [EdgeGroup] {
        try Presets.registry.make("mutual", options: options).groups(among: learners)
    }

    @Test(arguments: 2...7)
    func isTheCompleteGraph(count: Int) throws {
        let learners = (0..<count + 2).map { Learner(name: "l\($0)") }
        let members = learners.map(\.name).filter { $0 != "l1" && $0 != "l3" }.prefix(count)
        let groups = try groups(options(members.reversed()), among: learners)

        #expect(groups.map(\.to) == Array(members))
        for group in groups {
            #expect(group.from == members.filter { $0 != group.to })
        }
        let graph = TeachingGraph(learners: learners, groups: groups)
        for name in members {
            #expect(graph.teachers(of: name) == members.filter { $0 != name })
            #expect(graph.pupils(of: name) == members.filter { $0 != name })
        }
        #expect(graph.teachers(of: "l1").isEmpty)
    }

    @Test func pairwiseIsTheDefault() throws {
        let learners = [Learner(name: "a"), Learner(name: "b")]
        #expect(
            try groups(options(["a", "b"]), among: learners) == [
                EdgeGroup(from: ["b"], to: "a", loss: "dml"),
                EdgeGroup(from: ["a"], to: "b", loss: "dml"),
            ])
    }

    @Test func theEnsembleCombinesProbabilities() throws {
        let learners = ["a", "b", "c"].map { Learner(name: $0) }
        let written = options(
            ["c", "a", "b"], ["loss": "dml_e", "temperature": "3", "weight": "0.5"])
        #expect(
            try groups(written, among: learners).first
                == EdgeGroup(
                    from: ["b", "c"], to: "a", loss: "dml_e", combination: .probabilities,
                    temperature: 3, weight: 0.5))
    }

    @Test(
        arguments: [
            (["a", "x"], [:], "f:11: preset 'mutual': unknown learner 'x': known: a, beta, t"),
            (
                ["a", "bata"], [:],
                "f:11: preset 'mutual': unknown learner 'bata': did you mean 'beta'? known: a, beta, t"
            ),
            (["a", "beta", "a"], [:], "f:12: preset 'mutual': learner 'a' is named twice"),
            (["a"], [:], "f:9: preset 'mutual': among names fewer than two learners; add another"),
            (
                ["a", "t"], [:],
                "f:11: preset 'mutual': learner 't' is a teacher, which never learns, and here all"
                    + " learn; leave it out, or make it a student"
            ),
            (["a", "beta"], ["loss": "kd"], "f:20: preset 'mutual': loss is one of dml, dml_e"),
            (
                ["a", "beta"], ["temperature": "0"],
                "f:20: preset 'mutual': temperature is 0.0; it lies in 0.01...1000.0"
            ),
            (
                ["a", "beta"], ["weigth": "1"],
                "f:20: preset 'mutual': unknown key 'weigth': did you mean 'weight'? known: among, loss,"
                    + " temperature, weight"
            ),
        ] as [([String], KeyValuePairs<String, String>, String)])
    func refusesWithPlaceAndRemedy(
        names: [String], others: KeyValuePairs<String, String>, message: String
    ) {
        let learners = [
            Learner(name: "a"), Learner(name: "beta"), Learner(name: "t", role: .teacher),
        ]
        let error = #expect(throws: SettingError.self) {
            try groups(options(names, others), among: learners)
        }
        #expect(error?.description == message)
    }
}

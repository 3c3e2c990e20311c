import CohortGraph
import Options
import TestRegistries
import Testing

@Suite(.timeLimit(.minutes(1))) struct MutualTests {
    @Test(arguments: 2...7)
    func isTheCompleteGraph(count: Int) throws {
        let learners = (0..<count + 2).map { Learner(name: "l\($0)") }
        let members = learners.map(\.name).filter { $0 != "l1" && $0 != "l3" }.prefix(count)
        let names = Written.list(members.reversed().map(Written.text))
        let groups = try groups("mutual", ["among": names], among: learners)

        #expect(groups.map(\.to) == Array(members))
        for group in groups {
            #expect(group.from == members.filter { $0 != group.to })
            #expect(!group.isSequential && group.draw == .all)
        }
        let graph = TeachingGraph(learners: learners, groups: groups)
        for name in members {
            #expect(graph.teachers(of: name) == members.filter { $0 != name })
            #expect(graph.students(of: name) == members.filter { $0 != name })
        }
        #expect(graph.teachers(of: "l1").isEmpty)
    }

    @Test(arguments: [["a", "b"], ["among": ["a", "b"]]] as [Written])
    func pairwiseIsTheDefault(options: Written) throws {
        #expect(
            try groups("mutual", options, among: students("a", "b")) == [
                EdgeGroup(from: ["b"], to: "a", EdgeOptions.known(loss: "dml")),
                EdgeGroup(from: ["a"], to: "b", EdgeOptions.known(loss: "dml")),
            ])
    }

    @Test func theEnsembleCombinesProbabilities() throws {
        let options: Written = [
            "among": ["c", "a", "b"], "loss": "dml_e", "temperature": "3", "weight": "0.5",
        ]
        let edge = EdgeOptions.known(
            loss: "dml_e", combination: "probabilities", temperature: 3, weight: 0.5)
        #expect(
            try groups("mutual", options, among: students("a", "b", "c")).first
                == EdgeGroup(from: ["b", "c"], to: "a", edge))
    }

    @Test func thePapersOrderIsOneAfterAnother() throws {
        let found = try groups(
            "mutual", ["among": ["c", "b", "a"], "order": "sequential"],
            among: students("a", "b", "c"))
        #expect(found.allSatisfy { $0.isSequential })
        #expect(found.map(\.to) == ["a", "b", "c"])
        #expect(found.map(\.from) == [["b", "c"], ["a", "c"], ["a", "b"]])
    }

    @Test(
        arguments: [
            (["a", "x"], [:], "f:12: preset 'mutual': unknown learner 'x': known: a, beta, t"),
            (
                ["a", "bata"], [:],
                "f:12: preset 'mutual': unknown learner 'bata': did you mean 'beta'? known: a, beta, t"
            ),
            (["a", "beta", "a"], [:], "f:13: preset 'mutual': learner 'a' is named twice"),
            (["a"], [:], "f:10: preset 'mutual': among names fewer than two learners; add another"),
            (
                ["a", "t"], [:],
                "f:12: preset 'mutual': learner 't' is a teacher, which never learns, and here it"
                    + " would; leave it out, or make it a student"
            ),
            (
                ["a", "beta"], ["loss": "kl"],
                "f:20: unknown loss 'kl': did you mean 'kd'? known: kd, dml, dml_e, ce, asymmetric,"
                    + " dkd, byot, ps-kd, consistency, labels, lwf, icarl, lwm, irg-vertices,"
                    + " kdgan, kdgan-teacher, afd, byot-feature,"
                    + " okddip, hint, map-mse, fsp, sp"
            ),
            (
                ["a", "beta"], ["order": "random"],
                "f:20: preset 'mutual': order is one of simultaneous, sequential and not 'random'"
            ),
            (
                ["a", "beta"], ["temperature": "0"],
                "f:20: preset 'mutual': temperature is 0.0; it lies in 0.01...1000.0"
            ),
            (
                ["a", "beta"], ["weigth": "1"],
                "f:20: preset 'mutual': unknown key 'weigth': did you mean 'weight'? known: among,"
                    + " order, loss, knowledge, combine, temperature, weight, taps, schedule, gate,"
                    + " carries, codec, version, augmentation, missing, inputs"
            ),
            (
                ["a", "beta"], ["staged": "true"],
                "f:20: preset 'mutual': unknown key 'staged': known: among,"
                    + " order, loss, knowledge, combine, temperature, weight, taps, schedule, gate,"
                    + " carries, codec, version, augmentation, missing, inputs"
            ),
        ] as [([String], KeyValuePairs<String, Written>, String)])
    func refusesWithPlaceAndRemedy(
        names: [String], others: KeyValuePairs<String, Written>, message: String
    ) {
        let among = (key: "among", value: Written.list(names.map(Written.text)))
        let options = Written.map([among] + others.map { (key: $0.key, value: $0.value) })
        let learners = students("a", "beta") + teachers("t")
        let error = #expect(throws: SettingError.self) {
            try groups("mutual", options, among: learners)
        }
        #expect(error?.description == message)
    }
}

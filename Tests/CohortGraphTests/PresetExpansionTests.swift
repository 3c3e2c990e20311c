import CohortGraph
import Foundation
import Options
import TestRegistries
import Testing

/// What each preset but `mutual` expands to.
@Suite(.timeLimit(.minutes(1))) struct PresetExpansionTests {
    private let kd = EdgeOptions.known(loss: "kd", temperature: 4)
    private let dml = EdgeOptions.known(loss: "dml")

    @Test func teachersTeachEachOfTheirStudents() throws {
        let options: Written = ["from": ["u", "t"], "to": ["b", "a"], "weight": "0.9"]
        var edge = kd
        edge.weight = 0.9
        #expect(
            try groups("teach", options, among: teachers("t", "u") + students("a", "b")) == [
                EdgeGroup(from: ["t", "u"], to: "b", edge),
                EdgeGroup(from: ["t", "u"], to: "a", edge),
            ])
    }

    @Test func oneNameNeedsNoList() throws {
        #expect(
            try groups("teach", ["from": "t", "to": "a"], among: teachers("t") + students("a"))
                == [EdgeGroup(from: ["t"], to: "a", kd)])
    }

    @Test(arguments: [["t", "ta", "s"], ["path": ["t", "ta", "s"]]] as [Written])
    func aChainTeachesHopByHop(options: Written) throws {
        // The path counts, not the order of the cohort.
        let learners = students("s", "ta") + teachers("t")
        #expect(
            try groups("chain", options, among: learners) == [
                EdgeGroup(from: ["t"], to: "ta", kd), EdgeGroup(from: ["ta"], to: "s", kd),
            ])
    }

    @Test func aStagedChainStagesEveryHop() throws {
        let found = try groups(
            "chain", ["path": ["t", "ta", "s"], "staged": "true"], among: students("t", "ta", "s"))
        #expect(found.map(\.edge.isStaged) == [true, true])
    }

    @Test func aDenseChainTeachesFromAllAboveAndDropsOne() throws {
        let edge = EdgeOptions.known(loss: "kd", combination: "sum", temperature: 4)
        let learners = students("t", "x", "y", "s")
        #expect(
            try groups("dense-chain", ["t", "x", "y", "s"], among: learners) == [
                EdgeGroup(from: ["t"], to: "x", edge),
                EdgeGroup(from: ["t", "x"], to: "y", edge, draw: .allButOne),
                EdgeGroup(from: ["t", "x", "y"], to: "s", edge, draw: .allButOne),
            ])
        let whole: Written = ["path": ["t", "x", "y", "s"], "drop": "false"]
        #expect(
            try groups("dense-chain", whole, among: learners).allSatisfy { $0.draw == .all })
    }

    @Test(arguments: ["probabilities", "logits", "entropy", "learned"])
    func anAverageIsOfWhatItSays(mean: String) throws {
        let options: Written = ["from": ["u", "t"], "to": "s", "of": .text(mean)]
        let edge = EdgeOptions.known(loss: "kd", combination: mean, temperature: 4)
        #expect(
            try groups("average", options, among: teachers("t", "u") + students("s"))
                == [EdgeGroup(from: ["t", "u"], to: "s", edge)])
    }

    /// `dml_e` is of the mean of probabilities by default, and here another mean was asked for.
    @Test func anAverageMayBeOfLogitsWhateverTheLoss() throws {
        let options: Written = ["from": ["t", "u"], "to": "s", "of": "logits", "loss": "dml_e"]
        let found = try groups("average", options, among: teachers("t", "u") + students("s"))
        #expect(found.map(\.edge.combination.name) == ["logits"])
    }

    /// Every edge is a term of its own, and has the gate that is written for it, or the graph's.
    @Test func aTransferGraphHasAGateForEachEdge() throws {
        func edge(_ from: String, _ to: String, _ gate: Gate) -> EdgeGroup {
            var edge = EdgeOptions.known(loss: "kd")
            edge.gate = gate
            return EdgeGroup(from: [from], to: to, edge)
        }
        let options: Written = [
            "among": ["a", "b", "t"], "gate": "cutoff",
            "gates": ["a": ["b": "linear", "t": "through"], "b": ["a": "correct"]],
        ]
        #expect(
            try groups("transfer-graph", options, among: teachers("t") + students("a", "b")) == [
                edge("t", "a", .through), edge("b", "a", .linear), edge("t", "b", .cutoff),
                edge("a", "b", .correct),
            ])
        #expect(
            try groups("transfer-graph", ["a", "b"], among: students("a", "b"))
                == [edge("b", "a", .through), edge("a", "b", .through)])
    }

    @Test(
        arguments: [
            (["a": ["c": "linear"]], "'c' is not in the graph"),
            (["c": ["a": "linear"]], "'c' is not in the graph"),
            (["a": ["a": "linear"]], "'a' has no edge to itself"),
            (
                ["a": ["b": "open"]],
                "is no gate; known: through, cutoff, linear, correct, better, met"
            ),
            (["a": "linear"], "map"),
        ] as [(Written, String)])
    func gatesOfNoEdgeAreRefused(gates: Written, complaint: String) {
        let error = #expect(throws: SettingError.self) {
            try groups(
                "transfer-graph", ["among": ["a", "b"], "gates": gates],
                among: students("a", "b", "c"))
        }
        #expect(error?.description.contains(complaint) == true, "\(error as Any)")
    }

    @Test func aRandomTeacherIsOneOfThePool() throws {
        #expect(
            try groups(
                "random-teacher", ["from": ["t", "u", "v"], "to": ["a", "b"]],
                among: teachers("t", "u", "v") + students("a", "b")) == [
                    EdgeGroup(from: ["t", "u", "v"], to: "a", kd, draw: .one),
                    EdgeGroup(from: ["t", "u", "v"], to: "b", kd, draw: .one),
                ])
    }

    @Test func twoTeachersGiveResponsesAndFeatures() throws {
        let options: Written = [
            "response": "t", "feature": "u", "to": "s",
            "taps": ["from": "layer3", "to": "layer2"], "weight": "100",
            "responses": ["loss": "dml", "temperature": "2", "weight": "0.5"],
        ]
        let hint = EdgeOptions.known(
            loss: "hint", knowledge: .feature, taps: Taps(from: ["layer3"], to: ["layer2"]),
            weight: 100)
        #expect(
            try groups("two-teachers", options, among: teachers("t", "u") + students("s")) == [
                EdgeGroup(
                    from: ["t"], to: "s",
                    EdgeOptions.known(loss: "dml", temperature: 2, weight: 0.5)),
                EdgeGroup(from: ["u"], to: "s", hint),
            ])
    }

    @Test func twoTeachersAreStagedTogether() throws {
        let options: Written = ["response": "t", "feature": "u", "to": "s", "staged": "true"]
        let found = try groups("two-teachers", options, among: students("t", "u", "s"))
        #expect(found.map(\.edge.isStaged) == [true, true])
        #expect(found.map(\.edge.loss.name) == ["kd", "hint"])
        #expect(found[1].edge.taps == Taps(from: ["features"], to: ["features"]))
    }

    @Test func codistillationBurnsInAndTakesSnapshots() throws {
        var edge = EdgeOptions.known(
            loss: "ce", combination: "probabilities")
        edge.schedule.burnIn = 200
        edge.version = .snapshot(every: 50)
        let options: Written = ["among": ["b", "a"], "burn-in": "200", "every": "50"]
        #expect(
            try groups("codistill", options, among: students("a", "b")) == [
                EdgeGroup(from: ["b"], to: "a", edge), EdgeGroup(from: ["a"], to: "b", edge),
            ])
    }

    /// In the order in which it is written, each learns from the one before.
    @Test func aRingClosesUp() throws {
        #expect(
            try groups("ring", ["c", "a", "b"], among: students("a", "b", "c")) == [
                EdgeGroup(from: ["b"], to: "c", dml), EdgeGroup(from: ["c"], to: "a", dml),
                EdgeGroup(from: ["a"], to: "b", dml),
            ])
    }

    @Test func anEdgeSaysEverything() throws {
        let options: Written = [
            "from": ["t", "u"], "to": "s", "draw": "one", "loss": "kd", "temperature": "2",
            "weight": "3", "schedule": ["burn-in": "2", "ramp": "4", "shape": "sigmoid"],
            "gate": "better", "carries": "probabilities", "codec": ["kind": "top-k", "k": "7"],
            "missing": "wait",
        ]
        let found = try groups("edge", options, among: teachers("t", "u") + students("s"))
        let group = try #require(found.first)
        #expect((group.from, group.to, group.draw) == (["t", "u"], "s", .one))
        let edge = group.edge
        #expect((edge.temperature, edge.weight, edge.gate) == (2, 3, .better))
        #expect(edge.needsLabels && edge.form == .probabilities && edge.codec.name == "top-k")
        #expect((edge.schedule.burnIn, edge.schedule.ramp, edge.schedule.shape) == (2, 4, .sigmoid))
        #expect(found.count == 1)
    }

    @Test func aLearnerTeachesItselfFromAnotherPlace() throws {
        let options: Written = [
            "from": "a", "to": "a", "loss": "sp", "taps": ["from": "layer3", "to": "layer1"],
        ]
        let found = try groups("edge", options, among: students("a"))
        #expect(found.map(\.edge.taps) == [Taps(from: ["layer3"], to: ["layer1"])])
        #expect(found.map(\.edge.temperature) == [1])
        let graph = TeachingGraph(learners: students("a"), groups: found)
        #expect(graph.teachers(of: "a").isEmpty && graph.students(of: "a").isEmpty)
    }

    @Test func theLastLayerTeachesEachExit() throws {
        let learner = Learner(name: "a", exits: ["exit1", "exit2"])
        let options: Written = ["of": "a", "weight": "0.5", "features": ["weight": "0.25"]]
        let found = try groups("byot", options, among: [learner])
        #expect(found.allSatisfy { $0.from == ["a"] && $0.to == "a" && $0.isOwnTap })
        #expect(found.map(\.edge.loss.name) == ["byot", "byot-feature", "byot", "byot-feature"])
        #expect(found.map(\.edge.weight) == [0.5, 0.25, 0.5, 0.25])
        #expect(found[0].edge.temperature == 3)
        #expect(
            found.map(\.edge.taps) == [
                Taps(from: [], to: ["exit1"]),
                Taps(from: ["features"], to: ["exit1-features"]),
                Taps(from: [], to: ["exit2"]),
                Taps(from: ["features"], to: ["exit2-features"]),
            ])
    }

    /// Every peer by its attention over all, the leader by their mean.
    @Test func peersAttendToOneAnotherAndLead() throws {
        let options: Written = [
            "among": ["b", "a"], "leader": "c", "features": "layer3", "weight": "2",
            "leading": ["weight": "0.5"],
        ]
        let found = try groups("okddip", options, among: students("a", "b", "c"))
        #expect(found.map(\.from) == [["b"], ["a"], ["a", "b"]])
        #expect(found.map(\.to) == ["a", "b", "c"])
        #expect(found.map(\.edge.loss.name) == ["okddip", "okddip", "kd"])
        #expect(found.map(\.edge.combination.name) == ["attention", "attention", "logits"])
        #expect(found.map(\.edge.temperature) == [3, 3, 3])
        #expect(found.map(\.edge.weight) == [2, 2, 0.5])
        let pair = ["layer3", "logits"]
        #expect(found[0].edge.taps == Taps(from: pair, to: pair))
        #expect(found[2].edge.taps == .none)
        #expect(found.map(\.edge.schedule.ramp) == [80, 80, 80])
        let without = try groups("okddip", ["a", "b"], among: students("a", "b", "c"))
        #expect(without.map(\.to) == ["a", "b"])
    }

    @Test(arguments: [
        (["among": ["a", "b"], "leader": "a"] as Written, "stands in among and in leader"),
        (["among": ["a", "b"], "leader": ["c", "d"]] as Written, "names 2 learners; name one"),
        (["among": ["a", "b"], "loss": "kd"] as Written, "loss 'kd' must be okddip"),
        (["among": ["a", "b"], "leader": "t"] as Written, "is a teacher"),
    ])
    func peersAreRefused(options: Written, complaint: String) {
        let error = #expect(throws: SettingError.self) {
            try groups("okddip", options, among: teachers("t") + students("a", "b", "c", "d"))
        }
        #expect(error?.description.contains(complaint) == true, "\(error as Any)")
    }

    /// An ensemble's edges, and those from the averages of the others, to each peer.
    @Test func peersCollaborate() throws {
        let options: Written = [
            "among": ["a", "b", "c"], "weight": "2",
            "averages": ["weight": "0.5", "decay": "0.99"],
        ]
        let found = try groups("pcl", options, among: students("a", "b", "c"))
        #expect(found.map(\.to) == ["a", "a", "b", "b", "c", "c"])
        #expect(found[0].from == ["b", "c"] && found[1].from == ["b", "c"])
        #expect(found.prefix(2).map(\.edge.loss.name) == ["okddip", "kd"])
        #expect(found.prefix(2).map(\.edge.combination.name) == ["ensemble", "pairwise"])
        #expect(found.prefix(2).map(\.edge.weight) == [2, 0.5])
        #expect(found.map(\.edge.temperature) == [3, 3, 3, 3, 3, 3])
        #expect(found[0].edge.version == .current)
        #expect(found[1].edge.version == .average(MovingAverage(decay: 0.99)))
        #expect(found[1].edge.schedule.ramp == 80)
    }

    /// Learners in place of branches: logits alone travel, and each gate looks at its own features.
    @Test func learnersAreBranches() throws {
        let options: Written = ["among": ["c", "a", "b"], "features": "layer3", "weight": "2"]
        let (made, full) = try presets.read("one", options: options.setting)
        let found = try made.groups(among: students("a", "b", "c"))
        #expect(found.map(\.from) == [["b", "c"], ["a", "c"], ["a", "b"]])
        #expect(found.map(\.to) == ["a", "b", "c"])
        #expect(found.map(\.edge.loss.name) == ["okddip", "okddip", "okddip"])
        #expect(found.map(\.edge.combination.name) == ["gated", "gated", "gated"])
        #expect(found.map(\.edge.weight) == [2, 2, 2])
        #expect(found[0].edge.temperature == 3 && found[0].edge.schedule.ramp == 80)
        #expect(found[0].edge.taps == Taps(from: ["logits"], to: ["layer3", "logits"]))
        let (again, _) = try presets.read("one", options: full)
        #expect(try again.groups(among: students("a", "b", "c")) == found)
    }

    @Test(arguments: [
        (["of": "a", "among": ["a", "b"]] as Written, "of is for the branches of a model"),
        (["among": ["a", "b"], "labels": ["weight": "2"]] as Written, "labels is for the bran"),
        (["of": "a", "features": "layer3"] as Written, "features is for learners in `among`"),
        (["among": "a"] as Written, "names fewer than two learners"),
        (["among": ["a", "t"]] as Written, "is a teacher"),
        (["among": ["a", "b"], "loss": "kd"] as Written, "which weighs teachers by activations"),
        (
            ["among": ["a", "b"], "loss": "kd", "combine": "pairwise"] as Written,
            "loss 'kd' must be okddip"
        ),
    ])
    func learnersAsBranchesAreRefused(options: Written, complaint: String) {
        let error = #expect(throws: SettingError.self) {
            try groups("one", options, among: teachers("t") + students("a", "b"))
        }
        #expect(error?.description.contains(complaint) == true, "\(error as Any)")
    }

    @Test func attentionNeedsFeaturesBesideLogits() {
        let error = #expect(throws: SettingError.self) {
            try groups(
                "mutual", ["among": ["a", "b"], "combine": "attention"], among: students("a", "b"))
        }
        #expect(error?.description.contains("use loss okddip") == true, "\(error as Any)")
    }

    /// The mean of the other branches teaches each.
    @Test func otherBranchesTeachEach() throws {
        let learner = Learner(name: "a", exits: ["branch1", "branch2", "branch3"])
        let options: Written = ["of": "a", "weight": "0.5", "labels": ["weight": "0.25"]]
        let found = try groups("cl-ilr", options, among: [learner])
        #expect(found.allSatisfy { $0.from == ["a"] && $0.to == "a" && $0.isOwnTap })
        #expect(found.map(\.edge.weight) == [0.25, 0.5, 0.25, 0.5, 0.25, 0.5])
        #expect(
            found.map(\.edge.taps) == [
                Taps(from: [], to: ["branch1"]),
                Taps(from: ["branch2", "branch3"], to: ["branch1"]),
                Taps(from: [], to: ["branch2"]),
                Taps(from: ["branch1", "branch3"], to: ["branch2"]),
                Taps(from: [], to: ["branch3"]),
                Taps(from: ["branch1", "branch2"], to: ["branch3"]),
            ])
        #expect(found[1].edge.taps.responses == "branch2+branch3>branch1")
    }

    /// Nine edges each way between two nets of two early exits, and the labels' edges.
    @Test func everyExitTeachesEveryOther() throws {
        let learners = [
            Learner(name: "a", exits: ["exit1", "exit2"]),
            Learner(name: "b", exits: ["exit1", "exit2"]), Learner(name: "c", exits: ["exit1"]),
        ]
        let pair = try groups("dcm", ["a", "b"], among: learners)
        #expect(pair.count == 22)
        #expect(pair.filter { $0.from == ["b"] && $0.to == "a" }.count == 9)
        let into = pair.filter { $0.from == ["b"] && $0.to == "a" }.map(\.edge.taps)
        #expect(Set(into).count == 9 && into.contains(.none))
        #expect(into.contains(Taps(from: ["exit2"], to: ["exit1"])))
        #expect(
            pair.filter { $0.isOwnTap }.map(\.edge.loss.name) == [
                "labels", "labels", "labels", "labels",
            ])
        #expect(pair.allSatisfy { $0.edge.temperature == 1 && $0.edge.weight == 1 })
        // Two early exits and a last layer, and one and a last layer.
        let uneven = try groups("dcm", ["a", "c"], among: learners)
        #expect(uneven.filter { !$0.isOwnTap }.count == 12)
        #expect(throws: SettingError.self) {
            try groups("dcm", ["a", "d"], among: learners + students("d"))
        }
    }

    @Test func allBranchesTeachEach() throws {
        let learner = Learner(name: "a", exits: ["branch1", "branch2"])
        let options: Written = ["of": "a", "weight": "0.5", "labels": ["weight": "0.25"]]
        let found = try groups("one", options, among: [learner])
        #expect(found.allSatisfy { $0.from == ["a"] && $0.to == "a" && $0.isOwnTap })
        #expect(found.map(\.edge.loss.name) == ["labels", "kd", "labels", "kd"])
        #expect(found.map(\.edge.weight) == [0.25, 0.5, 0.25, 0.5])
        #expect(found.map(\.edge.taps.to) == [["branch1"], ["branch1"], ["branch2"], ["branch2"]])
        #expect(found[1].edge.temperature == 3)
        let schedules = found.map { $0.edge.schedule }
        #expect(schedules[0] == WeightSchedule())
        // The paper's exp(−5·(1 − e/80)²), at the end of the first of 80 epochs of 10 steps.
        let factor = schedules[1].factor(at: 9, stepsPerEpoch: 10, of: 10_000)
        #expect(abs(factor - exp(-5 * pow(1 - 1.0 / 80, 2))) < 1e-12)
    }

    @Test(arguments: [
        ("byot", "no early exits; write `exits: true`"),
        ("one", "no branches; write `branches: 3`"),
    ])
    func aModelWithoutExitsHasNoneToTeach(preset: String, part: String) {
        // Exits are no branches, nor branches exits.
        let others = preset == "one" ? ["exit1"] : ["branch1"]
        for learner in students("a") + [Learner(name: "a", exits: others)] {
            let error = #expect(throws: SettingError.self) {
                try groups(preset, ["of": "a"], among: [learner])
            }
            #expect(error?.message.contains(part) == true)
        }
    }

    /// A response loss may teach an exit, and exits may teach.
    @Test func responsesTeachAnExitThatIsNamed() throws {
        let options: Written = ["from": "t", "to": "a", "taps": ["to": "exit1"]]
        let found = try groups("edge", options, among: teachers("t") + students("a"))
        #expect(found.map(\.edge.taps) == [Taps(from: [], to: ["exit1"])])
        let other: Written = ["from": "t", "to": "a", "taps": ["from": ["exit1", "logits"]]]
        let taught = try groups("edge", other, among: teachers("t") + students("a"))
        #expect(taught.map(\.edge.taps) == [Taps(from: ["exit1", "logits"], to: [])])
        #expect(taught[0].edge.taps.responses == "exit1+logits>logits")
    }
}

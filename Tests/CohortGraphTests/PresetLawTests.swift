import CohortGraph
import Options
import Testing

/// What holds of every preset of the registry.
@Suite(.timeLimit(.minutes(1))) struct PresetLawTests {
    /// The names that each preset needs; a new preset is written here.
    static let names: [String: Written] = [
        "mutual": ["among": ["a", "b", "c"]], "teach": ["from": ["t", "u"], "to": ["a", "b"]],
        "chain": ["path": ["t", "a", "b"]], "dense-chain": ["path": ["t", "a", "b", "c"]],
        "average": ["from": ["t", "u"], "to": "a"],
        "random-teacher": ["from": ["t", "u"], "to": "a"],
        "two-teachers": ["response": "t", "feature": "u", "to": "a"],
        "codistill": ["among": ["a", "b"]], "ring": ["among": ["a", "b", "c"]],
        "edge": ["from": "t", "to": "a"], "pate": ["from": ["t", "u"], "to": "a"],
        "byot": ["of": "e"], "one": ["of": "f"], "cl-ilr": ["of": "f"],
        "dcm": ["among": ["e", "g"]],
        "okddip": ["among": ["a", "b"], "leader": "c"], "pcl": ["among": ["a", "b"]],
        "ps-kd": ["of": "a"], "mean-teacher": ["of": "a"], "cs-kd": ["of": "a"],
        "snapshot": ["of": "a", "every": "5"],
        "born-again": ["path": ["t", "a", "b"]],
        "lwf": ["of": "a"], "lwm": ["of": "a"], "icarl": ["of": "a"],
        "simkd": ["from": "t", "to": "i"], "residual": ["path": ["t", "a", "h"]],
        "data-free": ["generator": "m", "teacher": "t", "to": ["a", "b"], "method": "zskt"],
        "follow-generator": ["from": "o", "to": "m"],
        "blockwise": ["teacher": "t", "to": "n", "taps": ["stage1", "stage2"]],
        "afd": ["among": ["a", "b", "c"]], "kdgan": ["teacher": "b", "student": "a"],
        "transfer-graph": [
            "among": ["t", "a", "b"], "gates": ["a": ["b": "linear", "t": "correct"]],
        ],
    ]
    static let learners =
        teachers("t", "u") + students("a", "b", "c")
        + [
            Learner(name: "e", exits: ["exit1", "exit2"]),
            Learner(name: "f", exits: ["branch1", "branch2"]), Learner(name: "g", exits: ["exit1"]),
            Learner(name: "h", borrowed: .student("a")),
            Learner(name: "i", borrowed: .classifier(of: "t")),
            Learner(name: "m", role: .generator), Learner(name: "n", role: .block),
            Learner(name: "o", role: .frozenGenerator),
        ]

    /// Presets by which learners teach themselves.
    private static let ofThemselves: Set = [
        "byot", "one", "cl-ilr", "ps-kd", "mean-teacher", "cs-kd", "snapshot", "lwf", "lwm",
        "icarl", "follow-generator",
    ]

    /// Presets whose edges have no options of their own.
    private static let withoutOptions: Set = ["blockwise", "follow-generator"]

    @Test func allAreNamedHere() {
        #expect(Set(presets.names) == Set(Self.names.keys))
    }

    @Test(arguments: presets.names)
    func listsItsOptions(preset: String) {
        for registry in [presets, Presets.registry(.unchecked)] {
            let options = registry.options(of: preset).map(\.key)
            let hasLoss = options.contains("loss") && options.contains("missing")
            #expect(hasLoss != Self.withoutOptions.contains(preset), "\(options)")
            #expect(Set(options).count == options.count)
        }
        #expect(presets[preset]?.summary.isEmpty == false)
    }

    /// What a configuration resolves to stands for the same edges.
    @Test(arguments: presets.names)
    func theFullFormReadsBackToTheSameEdges(preset: String) throws {
        guard case .map(let names) = Self.names[preset] else { return }
        let extras: [[(key: String, value: Written)]] = [
            [], [(key: "weight", value: "0.25"), (key: "temperature", value: "3")],
            // Votes are whole numbers, which need no codec.
            preset == "pate" ? [] : [(key: "codec", value: ["kind": "top-k", "k": "3"])],
            [(key: "gate", value: "cutoff")],
            preset == "codistill"
                ? [(key: "ramp", value: "3"), (key: "in", value: "epochs")]
                : [
                    (
                        key: "schedule",
                        value: ["burn-in": "2", "ramp": "3", "until": "7", "in": "epochs"]
                    )
                ],
        ]
        let used = Self.withoutOptions.contains(preset) ? [[]] : extras
        for extra in used {
            let (made, full) = try presets.read(preset, options: Written.map(names + extra).setting)
            let groups = try made.groups(among: Self.learners)
            let (again, resolved) = try presets.read(preset, options: full)
            #expect(try again.groups(among: Self.learners) == groups)
            #expect(resolved.unplaced == full.unplaced)
            #expect(!groups.isEmpty)
        }
    }

    /// Every edge ends at one that learns, and comes from learners of the cohort.
    @Test(arguments: presets.names)
    func edgesEndAtThoseThatLearn(preset: String) throws {
        let options = try #require(Self.names[preset])
        for group in try groups(preset, options, among: Self.learners) {
            #expect(["a", "b", "c", "e", "f", "g", "h", "i", "m", "n"].contains(group.to))
            let isOwn = Self.ofThemselves.contains(preset) || group.edge.loss.name == "labels"
            #expect(!group.from.isEmpty && group.from.contains(group.to) == isOwn)
            #expect(Set(group.from).isSubset(of: Self.learners.map(\.name)))
        }
    }
}

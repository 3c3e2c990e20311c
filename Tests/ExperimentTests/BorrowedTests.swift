import CohortGraph
import Experiment
import NeuralNetwork
import Options
import Testing

/// Learners of whose model a part is another learner's.
@Suite(.timeLimit(.minutes(1))) struct BorrowedTests {
    private func real(_ learners: String, _ teaching: String) throws -> ExperimentConfiguration {
        try ExperimentConfiguration(
            text: """
                data: {set: digits}
                training: {steps: 5, batch: 32}
                learners: {t: {model: resnet14}, \(learners)}
                teaching: [\(teaching)]
                """, file: "f", name: "f", registries: .all)
    }

    private static let pair = """
        s: {model: resnet8, options: {width: 11}}, p: {model: resnet8, assists: s}
        """

    private func refusal(_ body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch let error as SettingError {
            return error.problems.first?.description ?? error.description
        } catch {
            return "\(error)"
        }
    }

    /// Whoever has a part of another learner is trained after that one.
    @Test func stagesFollowTheParts() throws {
        let pair = try real(Self.pair, "residual: {path: [t, s, p]}")
        #expect(["t", "s", "p"].map { pair.stages.number(of: $0) } == [1, 2, 3])
        #expect(pair.stages.graph(of: 3).learners.map(\.name) == ["t", "p"])
        let reused = try real(
            "s: {model: resnet8, classifier: {of: t, factor: 4}}",
            "simkd: {from: t, to: s, staged: true}")
        #expect(["t", "s"].map { reused.stages.number(of: $0) } == [1, 2])
    }

    /// A learner that lends a part has its place in the cohort.
    @Test func whoLendsIsNotAlone() throws {
        let lending = try real(Self.pair, "teach: {from: t, to: p, staged: true}")
        #expect(!lending.graph.isInGroup("s") && lending.remarks.isEmpty)
    }

    @Test func whatIsReadIsWrittenInFull() throws {
        for (learners, teaching) in [
            (Self.pair, "residual: [t, s, p]"),
            (
                "s: {model: resnet8, options: {width: 8}}, p: {model: resnet14, assists: {student:"
                    + " s, model: resnet14, options: {width: 8}}}", "residual: [t, s, p]"
            ),
            (
                "s: {model: resnet8, classifier: t, task: 0}",
                "simkd: {from: t, to: s, staged: true}"
            ),
        ] {
            let read = try real(learners, teaching)
            let again = try ExperimentConfiguration(
                text: read.resolvedYAML(), file: "g", name: "f", registries: .all)
            #expect(again == read)
            #expect(again.digest == read.digest)
        }
    }

    @Test(arguments: [
        (
            "s: {model: resnet8}", "simkd: {from: t, to: s, staged: true}",
            "simkd: learner 's' does not classify by the last layer of 't'; write `classifier: t` at"
                + " it"
        ),
        (
            "s: {model: resnet8}, p: {model: resnet8}", "residual: [t, s, p]",
            "residual: learner 'p' is no assistant of 's'; write `assists: s` at it"
        ),
        (
            "s: {model: resnet8, classifier: q}", "teach: {from: t, to: s, staged: true}",
            "learner 's' has a `classifier` of an unknown learner 'q': known: t"
        ),
        (
            "s: {model: resnet8, classifier: s}", "teach: {from: t, to: s, staged: true}",
            "learner 's' has itself as its `classifier`; name another learner"
        ),
        (
            "s: {model: resnet8, classifier: t, quantize: lsq}",
            "simkd: {from: t, to: s, staged: true}",
            "learner 's' has a `classifier`, whose layers are not quantised; leave `quantize` out"
        ),
        (
            "s: {model: resnet8, classifier: t, assists: t}", "teach: {from: t, to: s}",
            "learner 's': classifier and assists would make two models of one learner; leave one out"
        ),
        (
            "s: {model: resnet8, classifier: {factor: 2}}", "teach: {from: t, to: s}",
            "learner 's': classifier: of is missing; name the learner whose last layer it is"
        ),
        (
            "s: {model: resnet8, classifier: t}, p: {model: resnet8, classifier: s}",
            "simkd: {from: t, to: s, staged: true}",
            "learner 'p' has a `classifier` of 's', which has a part of another learner itself; name"
                + " one with a model of its own"
        ),
    ])
    func refused(learners: String, teaching: String, message: String) {
        let found = refusal { _ = try real(learners, teaching) }
        #expect(found?.hasSuffix(message) == true, "\(found ?? "nothing")")
    }

    /// The learner's own model is the budget of student and assistant.
    @Test func aPairOverItsBudgetIsRefused() throws {
        let fitting = try real(Self.pair, "residual: [t, s, p]")
        try Assembler(fitting).checkAll(awaiting: ["t", "s"])
        let tooWide = try real(
            "s: {model: resnet8, options: {width: 12}}, p: {model: resnet8, assists: s}",
            "residual: [t, s, p]")
        let assembler = try Assembler(tooWide)
        let message = refusal { try assembler.checkAll() }
        #expect(message?.contains("learner 'p': assists: 's' and its assistant have") == true)
        #expect(message?.contains("choose smaller widths") == true, "\(message ?? "nothing")")
    }

    @Test func modelsWithoutALastMapAreRefused() throws {
        let configuration = try real(
            "s: {model: mlp, classifier: t}", "simkd: {from: t, to: s, staged: true}")
        let assembler = try Assembler(configuration)
        let message = refusal { try assembler.checkAll() }
        #expect(
            message?.contains(
                "learner 's': classifier: the model does not classify by the global average of a map"
            )
                == true, "\(message ?? "nothing")")
    }

    /// A check says what the two models cost, and what the learner's own would.
    @Test func theCheckSaysWhatTheyCost() throws {
        for (learners, teaching, words) in [
            (Self.pair, "residual: [t, s, p]", "p: 's' and an assistant: "),
            (
                "s: {model: resnet8, options: {width: 8}, classifier: t}",
                "simkd: {from: t, to: s, staged: true}",
                "s: the classifier of 't' behind a projector: "
            ),
        ] {
            let configuration = try real(learners, teaching)
            let report = configuration.checkReport(try Assembler(configuration).facts())
            let line = report.split(separator: "\n").first { $0.hasPrefix(words) }
            #expect(line?.contains("multiply-adds a sample; its own model 'resnet8': ") == true)
        }
    }

    /// Alone a learner trains its own model.
    @Test func aloneItHasItsOwnModel() throws {
        let configuration = try real(Self.pair, "residual: [t, s, p]")
        let assembler = try Assembler(configuration)
        let alone = try assembler.assembly(of: "p", as: .alone)
        #expect(alone.model.frozen.isEmpty && alone.weights == nil)
        #expect(
            alone.model.parameterCount
                == (try Model(ResNet(depth: 8), input: [1, 8, 8], classes: 10)).parameterCount)
        let member = try assembler.assembly(of: "p", as: .member(stage: 3))
        #expect(!member.model.frozen.isEmpty && member.weights != nil)
    }
}

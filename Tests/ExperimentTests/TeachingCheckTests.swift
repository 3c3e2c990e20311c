import CohortGraph
import Experiment
import Options
import Testing

/// What a check shows of roles, stages and edges.
@Suite(.timeLimit(.minutes(1))) struct TeachingCheckTests {
    static let text = """
        name: school
        training: {steps: 9}
        learners:
          t: {model: resnet8, role: teacher, weights: t.safetensors}
          r: {model: resnet8, source: runs/old}
          ta: {model: lenet, role: assistant}
          s: {model: mlp, task: 0.1}
        teaching:
          - teach: {from: [t, r], to: ta, temperature: 4, weight: 0.9}
          - chain: {path: [ta, s], staged: true, schedule: {burn-in: 5, ramp: 2, in: epochs}}
          - edge:
              {from: t, to: s, loss: hint, taps: {from: layer3, to: features}, weight: 100,
               codec: int8}
          - random-teacher: {from: [t, r], to: s, gate: correct, carries: probabilities}
        """

    /// The cells of a section of a report; they are two spaces or more apart.
    private func table(_ title: String, of report: String) -> [[String]] {
        let lines = report.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.drop { $0 != title }.dropFirst().prefix { !$0.isEmpty }.map { line in
            line.split(separator: /\s{2,}/).map { String($0) }
        }
    }

    @Test func aLearnerWithoutEdgesIsRemarkedOn() throws {
        let learners =
            "training: {steps: 9}\nlearners: {a: {model: mlp}, b: {model: mlp}, d: {model: mlp}}"
        let mistyped = try configuration(learners + "\nteaching: [{mutual: [a, b]}]").remarks
        #expect(mistyped.count == 1)
        #expect(mistyped.first?.hasPrefix("learner 'd' neither teaches nor is taught") == true)
        let all = try configuration(learners + "\nteaching: [{mutual: [a, b, d]}]")
        #expect(all.remarks.isEmpty)
        #expect(try configuration(learners).remarks.isEmpty, "nobody teaches")
    }

    @Test func theTableHasAColumnForWhatDiffers() throws {
        let report = try configuration(Self.text).checkReport()
        let ramp = "after 5, linear ramp of 2 epochs"
        #expect(
            table("teaching", of: report) == [
                [
                    "from", "to", "stage", "knowledge", "loss", "taps", "temperature", "weight",
                    "draw", "schedule", "gate", "carries", "codec",
                ],
                [
                    "t, r", "ta", "1", "response", "kd", "-", "4", "0.9", "all", "constant",
                    "through", "logits", "auto",
                ],
                [
                    "ta", "s", "2", "response", "kd", "-", "4", "1", "all", ramp, "through",
                    "logits", "auto",
                ],
                [
                    "t", "s", "2", "feature", "hint", "layer3 → features", "-", "100", "all",
                    "constant", "through", "logits", "int8",
                ],
                [
                    "t, r", "s", "2", "response", "kd", "-", "4", "1", "one", "constant",
                    "correct", "probabilities", "auto",
                ],
            ])
    }

    @Test func whatIsTheSameEverywhereAndUsualHasNone() throws {
        let read = try configuration(
            """
            training: {steps: 9}
            learners: {a: {model: mlp}, b: {model: mlp}}
            teaching: [mutual: {among: [a, b], order: sequential}]
            """)
        #expect(
            table("teaching", of: read.checkReport()).first == [
                "from", "to", "knowledge", "loss", "temperature", "weight", "order",
            ])
    }

    @Test func learnersAreShownWithTheirParts() throws {
        let report = try configuration(Self.text).checkReport()
        let rows = table("learners", of: report).dropFirst()
        #expect(rows.map { $0[0] } == ["t", "r", "ta", "s"])
        #expect(
            rows.map { $0[4] } == [
                "teacher", "recording", "assistant, stage 1", "student, stage 2",
            ]
        )
        #expect(rows.map { $0[5] } == ["-", "-", "9", "9"])
    }

    @Test func lossesAreWrittenOut() throws {
        let read = try configuration(Self.text)
        #expect(
            read.learners.map(read.lossFormula) == [
                "none, as a teacher never learns", "none, as a recording never learns",
                "1·cross-entropy + 0.9·mean of KL(t‖ta), KL(r‖ta) at T = 4, times 4²",
                "0.1·cross-entropy + 1·KL(ta‖s) at T = 4, times 4² (after 5, linear ramp of 2 epochs)"
                    + " + 100·hint(t.layer3‖s.features) + 1·mean of KL(t‖s), KL(r‖s) at T = 4, times"
                    + " 4² (one of them at random at each step; where who teaches is right)",
            ])
    }

    @Test(arguments: [
        (
            "dense-chain: [b, c, a]",
            "1·sum of KL(b‖a), KL(c‖a) at T = 4, times 4² (without one of"
                + " them at random at each step)"
        ),
        (
            "average: {from: [b, c], to: a, of: entropy}",
            "1·KL(entropy of b, c‖a) at T = 4, times 4²"
        ),
        (
            "codistill: {among: [a, b, c], every: 50}",
            "1·ce(mean of b, c‖a) at T = 1 (by weights refreshed every 50 steps)"
        ),
        (
            "mutual: {among: [a, b], order: sequential, gate: better}",
            "1·KL(b‖a) at T = 1 (while who teaches is better; one after another)"
        ),
        (
            "mutual: {among: [a, b], missing: bank}",
            "1·KL(b‖a) at T = 1 (or the latest of the same sample)"
        ),
        (
            "teach: {from: b, to: a, missing: {bank: 1}}",
            "1·KL(b‖a) at T = 4, times 4² (or the latest of the same sample, at most 1 step old)"
        ),
        ("edge: {from: b, to: a, gate: cutoff}", "1·KL(b‖a) at T = 4, times 4² (cut off)"),
        (
            "edge: {from: [b, c], to: a, loss: fsp, taps: {from: [x, y], to: [x, z]}}",
            "1·mean of fsp(b.x+y‖a.x+z), fsp(c.x+y‖a.x+z)"
        ),
        (
            "edge: {from: [b, c], to: a, loss: sp, combine: edges}",
            "1·sum by learned weights (edges) of sp(b.features‖a.features),"
                + " sp(c.features‖a.features)"
        ),
        (
            "edge: {from: b, to: a, loss: kd, combine: edges}",
            "1·sum by learned weights (edges) of KL(b‖a) at T = 4, times 4²"
        ),
    ])
    func everySchemeHasAFormula(scheme: String, formula: String) throws {
        let read = try configuration(
            """
            training: {steps: 9}
            learners: {a: {model: mlp}, b: {model: mlp}, c: {model: mlp}}
            teaching:
              - \(scheme)
            """)
        let a = try #require(read["a"])
        #expect(read.lossFormula(of: a) == "1·cross-entropy + " + formula)
    }

    @Test func mermaidDrawsIt() throws {
        #expect(
            try GraphPicture.mermaid.text(of: configuration(Self.text)) == """
                flowchart LR
                    learner-t["t<br/>resnet8<br/>teacher"]
                    learner-r["r<br/>resnet8<br/>recording"]
                    learner-ta("ta<br/>lenet<br/>assistant<br/>stage 1")
                    learner-s("s<br/>mlp<br/>student<br/>stage 2")
                    learner-t --"kd × 0.9"--> learner-ta
                    learner-r --"kd × 0.9"--> learner-ta
                    learner-ta =="kd × 1"==> learner-s
                    learner-t --"hint × 100"--> learner-s
                    learner-t --"kd × 1"--> learner-s
                    learner-r --"kd × 1"--> learner-s

                """)
    }

    @Test func graphvizDrawsIt() throws {
        let box = "shape=box, style=rounded"
        #expect(
            try GraphPicture.dot.text(of: configuration(Self.text)) == """
                digraph "school" {
                    rankdir=LR;
                    "t" [shape=box, label="t\\nresnet8\\nteacher"];
                    "r" [shape=box, label="r\\nresnet8\\nrecording"];
                    "ta" [\(box), label="ta\\nlenet\\nassistant\\nstage 1"];
                    "s" [\(box), label="s\\nmlp\\nstudent\\nstage 2"];
                    "t" -> "ta" [label="kd × 0.9"];
                    "r" -> "ta" [label="kd × 0.9"];
                    "ta" -> "s" [label="kd × 1", style=bold];
                    "t" -> "s" [label="hint × 100"];
                    "t" -> "s" [label="kd × 1"];
                    "r" -> "s" [label="kd × 1"];
                }

                """)
    }
}

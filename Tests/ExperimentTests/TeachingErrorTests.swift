import Experiment
import Options
import Testing

/// Teaching that reads well and makes no sense, refused with its place and a remedy.
@Suite(.timeLimit(.minutes(1))) struct TeachingErrorTests {
    static let students = "learners: {a: {model: mlp}, b: {model: mlp}, c: {model: mlp}}"
    static let onPool =
        "and the cohort teaches on a pool whose labels nobody uses; choose another, or teach on"
        + " labelled samples (`pool: none`)"

    private func expect(_ message: String, of text: String) {
        let error = #expect(throws: SettingError.self, "\(text)") {
            try configuration("training: {steps: 5}\n" + text)
        }
        #expect(error?.problems.first?.description == message)
    }

    @Test(arguments: [
        (
            "a: {model: mlp}\n  t: {model: mlp, role: teacher}", "teach: {from: t, to: a}",
            "f:4: learner 't' is a teacher, which never learns, and has no `weights`; name a file or a"
                + " run, or make it a student that is trained first, by `staged: true` in teaching"
        ),
        (
            "a: {model: mlp}\n  r: {model: mlp, source: x}", "mutual: [a, a2]",
            "f:6: preset 'mutual': unknown learner 'a2': did you mean 'a'? known: a, r"
        ),
        (
            "a: {model: mlp}\n  r: {model: mlp, source: x, weights: y}", "teach: {from: r, to: a}",
            "f:4: learner 'r' is a recording by its `source`, which has neither `weights` nor a"
                + " process; leave one out"
        ),
        (
            "a: {model: mlp}\n  b: {model: mlp}\n  r: {model: mlp, source: x}", "mutual: [a, b]",
            "f:5: learner 'r' is a recording and teaches nobody; name it in teaching, or leave it out"
        ),
        (
            "a: {model: mlp}\n  b: {model: mlp, role: assistant}", "teach: {from: a, to: b}",
            "f:4: learner 'b' is an assistant and does not both learn from above and teach below;"
                + " name it in teaching, or make it a student"
        ),
        (
            "a: {model: mlp, task: 0}\n  b: {model: mlp}", "edge: {from: b, to: a, gate: cutoff}",
            "f:3: learner 'a' has nothing to learn: its task has weight 0 and nobody teaches it"
        ),
    ])
    func ofRoles(learners: String, scheme: String, message: String) {
        expect(message, of: "learners:\n  \(learners)\nteaching:\n  - \(scheme)")
    }

    @Test(arguments: [
        (
            "mutual: {among: [a, b], version: old}",
            "f:4: preset 'mutual': version is current, {snapshot: N}: as of every N-th step,"
                + " {average: 0.999}: the moving average of the weights, last-seen: each sample's"
                + " latest row, partner: another sample of the class, or task: as of the end of the"
                + " task before"
        ),
        (
            "mutual: {among: [a, b], version: {snapshot: 0}}",
            "f:4: preset 'mutual': version: snapshot is 0; it lies in 1...1000000"
        ),
        (
            "mutual: {among: [a, b], version: {snapshot: 3}, missing: {stale: 2}}",
            "f:4: preset 'mutual': missing is 'stale', which publishes early what the weights of that"
                + " step compute, and here another version is asked for; use one of them"
        ),
        (
            "mutual: {among: [a, b], version: {snapshot: 3}, order: sequential}",
            "f:4: preset 'mutual': version is an earlier one, and order 'sequential' teaches with updated"
                + " weights; use one of them"
        ),
        (
            "mutual: {among: [a, b], version: last-seen}",
            "f:3: teaching: `version: last-seen` is of a learner that teaches itself, and 'a' has"
                + " other teachers; let it teach itself, or take {snapshot: N}"
        ),
        (
            "edge: {from: a, to: a, loss: hint, taps: {from: features}, version: last-seen}",
            "f:4: preset 'edge': version is 'last-seen', which stores the responses to each sample,"
                + " and the loss compares features; use a response loss, or a snapshot"
        ),
        (
            "ps-kd: {of: a, schedule: {ramp: long}}",
            "f:4: preset 'ps-kd': schedule: ramp is 'long', not a whole number"
        ),
        (
            "teach: {from: b, to: a, version: {snapshot: 3}, staged: true}",
            "f:3: teaching: 'b' teaches 'a' with frozen weights, which have one version; leave"
                + " `version` out"
        ),
        (
            "mutual: {among: [a, b], missing: late}",
            "f:4: preset 'mutual': missing is wait, drop, bank, {bank: K}: at most K steps old, or"
                + " {stale: K}: made K steps early"
        ),
        (
            "mutual: {among: [a, b], missing: {bank: 0}}",
            "f:4: preset 'mutual': missing: bank is 0; it lies in 1...1000000000"
        ),
        (
            "mutual: {among: [a, b], missing: {bank: 3, stale: 3}}",
            "f:4: preset 'mutual': missing is wait, drop, bank, {bank: K}: at most K steps old, or"
                + " {stale: K}: made K steps early"
        ),
        (
            "teach: {from: b, to: a, loss: sp, taps: {from: x, to: y}, missing: bank}",
            "f:4: preset 'teach': missing is 'bank', which keeps the responses to each sample, and the"
                + " loss compares relations; use drop, or wait"
        ),
        (
            "average: {from: [b, c], to: a, of: learned, missing: bank}",
            "f:4: preset 'average': missing is 'bank', and combine 'learned' weighs each teacher: it"
                + " needs all; use another, or wait"
        ),
        (
            "mutual: {among: [a, b, c], combine: reputation, missing: {bank: 9}}",
            "f:4: preset 'mutual': missing is 'bank', which has some samples and not others, and"
                + " combine 'reputation' looks at the whole batch; use another, or drop"
        ),
        (
            "mutual: {among: [a, b], missing: {stale: 0}}",
            "f:4: preset 'mutual': missing: stale is 0; it lies in 1...1024"
        ),
        (
            "mutual: {among: [a, b], missing: {stole: 2}}",
            "f:4: preset 'mutual': missing: unknown key 'stole': did you mean 'stale'? known: stale, bank"
        ),
        (
            "mutual: {among: [a, b], missing: {}}",
            "f:4: preset 'mutual': missing is wait, drop, bank, {bank: K}: at most K steps old, or"
                + " {stale: K}: made K steps early"
        ),
        (
            "mutual: {among: [a, b], order: sequential, missing: {stale: 2}}",
            "f:3: teaching: order 'sequential' takes some after their update, which cannot be had"
                + " early; 'a' cannot learn with `missing: stale`"
        ),
        (
            "mutual: {among: [a, b], missing: {stale: 2}}\n  - teach: {from: a, to: c}",
            "f:3: teaching: 'a' teaches some 0 and others 2 steps early; give all that it teaches the"
                + " same `missing`"
        ),
    ])
    func ofWhatIsMissing(scheme: String, message: String) {
        expect(message, of: "\(Self.students)\nteaching:\n  - \(scheme)")
    }

    @Test func anExternalLearnerIsNotTrainedInStages() {
        expect(
            "f:4: learner 'b' is external, and a cohort that is trained in stages starts all its"
                + " learners itself; let it teach with weights of its own, or train it in a run of its"
                + " own",
            of: """
                learners:
                  a: {model: mlp}
                  b: {external: true}
                teaching:
                  - chain: {path: [a, b], staged: true}
                exchange: {transport: tcp}
                """)
    }

    @Test(arguments: [
        ("edge: {from: b, to: a, loss: dkd}", "edge: loss 'dkd' needs the labels of the batch, "),
        (
            "teach: {from: b, to: a, gate: correct}",
            "teach: gate 'correct' looks at the labels of the batch, "
        ),
        (
            "average: {from: [b, c], to: a, of: learned}",
            "average: combine 'learned' learns from the labels of the batch, "
        ),
        (
            "mutual: {among: [a, b], combine: kdcl-general}",
            "mutual: combine 'kdcl-general' learns from the labels of the batch, "
        ),
    ])
    func labelsOfAPoolAreNobodys(scheme: String, message: String) throws {
        let teaching = "\(Self.students)\nteaching:\n  - mutual: [a, b]\n  - \(scheme)"
        expect(
            "f:5: " + message + Self.onPool,
            of: teaching + "\ndata: {validation: 9, labels: {each: 5, private: true}}")
        let shared = "training: {steps: 5}\ndata: {validation: 9}\n" + teaching
        #expect(try configuration(shared).graph.groups.count > 2)
    }

    @Test func errorsAreMeasuredOnValidationSamples() throws {
        let text = "\(Self.students)\nteaching:\n  - mutual: {among: [a, b], combine: kdcl-general}"
        expect(
            "f:4: mutual: combine 'kdcl-general' weighs teachers by their errors on validation"
                + " samples, and there are none; set data.validation", of: text)
        let read = try configuration("training: {steps: 5}\ndata: {validation: 9}\n" + text)
        #expect(read.graph.groups.allSatisfy { $0.edge.needsErrors })
    }

    @Test(arguments: [
        (
            "edge: {from: a, to: a}",
            "f:4: preset 'edge': 'a' learns nothing from itself here; name two different taps, an"
                + " earlier version of its weights, or another teacher"
        ),
        (
            "two-teachers: {response: a, feature: b, to: c, loss: kd}",
            "f:4: two-teachers: loss 'kd' compares responses; name one of features or relations"
        ),
        (
            "edge: {from: a, to: b, loss: fsp}",
            "f:4: preset 'edge': taps: from names 0 taps, and the loss compares 2 of each side"
        ),
    ])
    func everyRefusalSaysWhere(scheme: String, message: String) {
        expect(message, of: "\(Self.students)\nteaching:\n  - \(scheme)")
    }

    @Test func aCircleOfStagesSaysWhere() {
        let error = #expect(throws: SettingError.self) {
            try configuration(
                """
                training: {steps: 5}
                \(Self.students)
                teaching:
                  - chain: {path: [a, b], staged: true}
                  - teach: {from: b, to: a}
                """)
        }
        #expect(
            error?.description
                == "f:4: teaching: 'a' would have to be trained before those that it is also tied to at"
                + " the same time: some edges around it are staged and others are not, or lead in a"
                + " circle; write `staged: true` on all that lead from who is trained first, or on"
                + " none")
    }

    /// Those that are trained apart need not take as many samples at a step.
    @Test func batchesAreAlikeWithinAStage() throws {
        let text = """
            training: {steps: 5, batch: 8}
            learners:
              a: {model: mlp, training: {batch: 4, steps: 9}}
              b: {model: mlp, training: {steps: 3}}
            teaching:
              - teach: {from: a, to: b, staged: STAGED}
            """
        let staged = try configuration(text.replacing("STAGED", with: "true"))
        #expect(staged.learners.map(\.training.batch) == [4, 8])
        #expect(staged.learners.map(\.training.budget) == [.steps(9), .steps(3)])
        let error = #expect(throws: SettingError.self) {
            try configuration(text.replacing("STAGED", with: "false"))
        }
        #expect(
            error?.description
                == "f:3: learner 'a' has batches of 4, and those that teach one another on their"
                + " labelled samples all take 8; give it the same batch")
    }
}

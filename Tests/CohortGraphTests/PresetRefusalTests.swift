import CohortGraph
import Options
import Testing

/// What a preset refuses, where, and with which remedy.
@Suite(.timeLimit(.minutes(1))) struct PresetRefusalTests {
    static let cohort =
        teachers("t", "u") + students("a", "b")
        + [Learner(name: "r", isRecorded: true)]

    struct Case: Sendable, CustomTestStringConvertible {
        var preset: String
        var options: Written
        var message: String

        init(_ preset: String, _ options: Written, _ message: String) {
            (self.preset, self.options, self.message) = (preset, options, message)
        }

        var testDescription: String { "\(preset): \(message)" }
    }

    @Test(arguments: [
        Case(
            "teach", ["from": "t", "to": "x"],
            "f:20: preset 'teach': unknown learner 'x': known: t, u, a, b, r"),
        Case(
            "teach", ["from": ["t", "t"], "to": "a"],
            "f:12: preset 'teach': learner 't' is named twice"),
        Case(
            "teach", ["from": "a", "to": "t"],
            "f:20: preset 'teach': learner 't' is a teacher, which never learns, and here it would;"
                + " leave it out, or make it a student"),
        Case(
            "teach", ["from": "a", "to": "r"],
            "f:20: preset 'teach': learner 'r' is a recording, which never learns, and here it"
                + " would; leave it out, or make it a student"),
        Case(
            "teach", ["from": ["t", "a"], "to": ["a", "b"]],
            "f:12: preset 'teach': learner 'a' stands in from and in to, and nobody teaches itself"
                + " this way; leave it out of one"),
        Case("teach", ["from": "t"], "f:10: preset 'teach': to names nobody; name a learner"),
        Case(
            "random-teacher", ["from": "t", "to": "a"],
            "f:10: preset 'random-teacher': from names fewer than two learners; add another"),
        Case(
            "average", ["from": ["t", "u"], "to": "u"],
            "f:12: preset 'average': learner 'u' stands in from and in to, and nobody teaches itself"
                + " this way; leave it out of one"),
        Case(
            "average", ["from": ["t", "u"], "to": "a", "combine": "sum"],
            "f:30: preset 'average': combine is what `of` says here; leave it out"),
        Case(
            "edge", ["from": "t", "to": ["a", "b"]],
            "f:20: preset 'edge': to names 2 learners; name one"),
        Case(
            "two-teachers", ["response": ["t", "u"], "feature": "u", "to": "a"],
            "f:10: preset 'two-teachers': response names 2 learners; name one"),
        Case(
            "ring", ["a", "t"],
            "f:12: preset 'ring': learner 't' is a teacher, which never learns, and here it would;"
                + " leave it out, or make it a student"),
    ])
    func ofNames(refusal: Case) { expect(refusal) }

    /// Both sides of a replica need all that the other has, of every step and to the bit.
    @Test func ofWhatAReplicaNeeds() {
        expect(
            Case(
                "edge",
                [
                    "from": "b", "to": "a", "loss": "kdgan", "codec": "int8", "gate": "correct",
                    "missing": "drop", "version": ["snapshot": "3"],
                ],
                "f:40: preset 'edge': codec is 'int8', and loss 'kdgan' needs the other side's logits"
                    + " to the bit; leave it out\n"
                    + "f:50: preset 'edge': gate is 'correct', and loss 'kdgan' needs all samples on"
                    + " both sides; use another gate\n"
                    + "f:60: preset 'edge': missing is not 'wait', and loss 'kdgan' needs the other"
                    + " side's logits of every step; leave it out\n"
                    + "f:70: preset 'edge': version is an earlier one, and loss 'kdgan' needs the"
                    + " other side's logits of the step; leave it out"))
        expect(
            Case(
                "kdgan", ["teacher": "a", "student": "b", "adversary": ["loss": "kd"]],
                "kdgan: adversary: loss 'kd' has no discriminator that both sides share; take kdgan"
            ))
    }

    /// Every rule that is broken is reported, each at the place of its option.
    @Test func ofSeveralOptionsAtOnce() {
        expect(
            Case(
                "edge",
                [
                    "from": ["t", "u"], "to": "a", "loss": "sp", "combine": "probabilities",
                    "carries": "probabilities", "missing": "bank",
                ],
                "f:40: preset 'edge': combine is 'probabilities', which mixes responses, and the"
                    + " loss compares relations; use pairwise or sum\n"
                    + "f:50: preset 'edge': carries is for responses, and the loss compares others\n"
                    + "f:60: preset 'edge': missing is 'bank', which keeps the responses to each"
                    + " sample, and the loss compares relations; use drop, or wait"))
    }

    @Test(arguments: [
        Case(
            "edge",
            ["from": "t", "to": "a", "loss": "fsp", "taps": ["from": ["x", "y"], "to": "x"]],
            "f:40: preset 'edge': taps: to names 1 taps, and the loss compares 2 of each side"),
        Case(
            "edge", ["from": "t", "to": "a", "loss": "kd", "taps": ["to": ["exit1", "exit2"]]],
            "f:40: preset 'edge': taps: to names 2 taps, and the loss compares the logits of one"),
        Case(
            "edge", ["from": "t", "to": "a", "loss": "kd", "taps": ["from": ["exit1", "exit1"]]],
            "f:40: preset 'edge': taps: from names an exit twice; name it once"),
        Case(
            "edge", ["from": "t", "to": "a", "knowledge": "feature", "loss": "sp"],
            "f:30: preset 'edge': knowledge is feature, and the loss compares relations; leave it"
                + " out"),
        Case(
            "edge", ["from": ["t", "u"], "to": "a", "loss": "hint", "combine": "probabilities"],
            "f:40: preset 'edge': combine is 'probabilities', which mixes responses, and the loss"
                + " compares features; use pairwise or sum"),
        Case(
            "edge", ["from": "t", "to": "a", "loss": "hint", "carries": "probabilities"],
            "f:40: preset 'edge': carries is for responses, and the loss compares others"),
        Case(
            "average", ["from": ["t", "u"], "to": "a", "gate": "correct"],
            "f:30: preset 'average': gate is 'correct', which judges each teacher by its responses;"
                + " use it with a response loss that is combined by pairwise or sum"),
        Case(
            "edge", ["from": "t", "to": "a", "loss": "sp", "gate": "better"],
            "f:40: preset 'edge': gate is 'better', which judges each teacher by its responses; use"
                + " it with a response loss that is combined by pairwise or sum"),
        Case(
            "random-teacher", ["from": ["t", "u"], "to": "a", "combine": "learned"],
            "f:30: preset 'random-teacher': combine is 'learned', which weighs each teacher, and here"
                + " some are left out at random; use another, or let all teach"),
        Case(
            "dense-chain", ["path": ["t", "a", "b"], "combine": "kdcl-general"],
            "f:20: preset 'dense-chain': combine is 'kdcl-general', which weighs each teacher, and"
                + " here some are left out at random; use another, or let all teach"),
        Case(
            "codistill", ["among": ["a", "b"], "burn-in": "9", "until": "9"],
            "f:30: preset 'codistill': until comes before the burn-in ends; nothing would be taught"
        ),
        Case(
            "edge", ["from": "t", "to": "a", "schedule": ["burn-in": "3", "until": "2"]],
            "f:30: preset 'edge': schedule: until comes before the burn-in ends; nothing would be"
                + " taught"),
        Case(
            "edge", ["from": "t", "to": "a", "schedule": "cosine"],
            "f:30: preset 'edge': schedule: kind is not known; write `constant`, or a map of"
                + " burn-in, ramp and until"),
        Case(
            "edge", ["from": "t", "to": "a", "codec": ["kind": "top-k", "k": "0"]],
            "f:30: codec 'top-k': k is 0; it lies in 1...1000"),
        Case(
            "edge", ["from": "a", "to": "a", "loss": "kd"],
            "preset 'edge': 'a' learns nothing from itself here; name two different taps, an"
                + " earlier version of its weights, or another teacher"),
        Case(
            "edge", ["from": "a", "to": "a", "loss": "sp", "taps": ["from": "x"]],
            "preset 'edge': 'a' learns nothing from itself here; name two different taps, an"
                + " earlier version of its weights, or another teacher"),
        Case(
            "chain", ["a", "t", "b"],
            "teaching: 't' stands within a chain and never learns; only the first of a chain may be"
                + " a teacher or a recording"),
        Case(
            "two-teachers", ["response": "t", "feature": "u", "to": "a", "loss": "dml"],
            "two-teachers: loss 'dml' compares responses; name one of features or relations"),
    ])
    func ofOptions(refusal: Case) { expect(refusal) }

    private func expect(_ refusal: Case) {
        let error = #expect(throws: SettingError.self) {
            try groups(refusal.preset, refusal.options, among: Self.cohort)
        }
        #expect(error?.description == refusal.message)
    }
}

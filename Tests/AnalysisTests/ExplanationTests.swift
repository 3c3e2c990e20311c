import Analysis
import Reporting
import Testing

/// Each rule, with records that trigger it and records that do not.
struct ExplanationTests {
    private func findings(_ rule: String, _ report: RunReport) -> [Finding] {
        Explanation(report).findings.filter { $0.rule == rule }
    }

    private func run(_ interval: IntervalReport, alone: Double? = 0.9) -> RunReport {
        Histories.report([interval], alone: alone)
    }

    /// Six intervals with a divergence that goes from one number to another.
    private func course(
        _ from: Double, _ to: Double, accuracy: Double = 0.9, alone: Double? = 0.9
    ) -> RunReport {
        Histories.report(
            (0..<6).map { number in
                Histories.interval(
                    number * 10 + 10, divergence: from + (to - from) * Double(number) / 5)
            }, accuracy: accuracy, alone: alone)
    }

    private func term(_ value: Double, open: Double = 1, shares: [Double]? = nil) -> TermReport {
        TermReport(value: value, weight: 1, open: open, shares: shares)
    }

    @Test func everyRuleHasANameAndACondition() {
        let rules = ExplanationRules.all
        #expect(Set(rules.map(\.name)).count == rules.count)
        #expect(rules.allSatisfy { !$0.condition.isEmpty })
    }

    @Test func gainsAreNamedFromHalfAPointOn() throws {
        let gained = try #require(findings("gain", course(0.5, 0.5, accuracy: 0.93)).first)
        #expect(gained.kind == .helped && gained.subject == "b → a")
        #expect(gained.text.contains("gained 3.00 points: 90.00% alone, 93.00% taught by b"))
        let lost = try #require(findings("gain", course(0.5, 0.5, accuracy: 0.89)).first)
        #expect(lost.kind == .hurt && lost.text.contains("lost 1.00 points"))
        #expect(findings("gain", course(0.5, 0.5, accuracy: 0.904)).map(\.kind) == [.idle])
    }

    /// Without a run alone, and before the end, no gain is claimed.
    @Test func whatIsNotKnownIsNotClaimed() {
        let single = course(0.5, 0.1, accuracy: 0.95, alone: nil)
        #expect(findings("gain", single).isEmpty && findings("followed", single).isEmpty)
        #expect(findings("no-alone", single).map(\.subject) == ["a"])
        #expect(findings("no-alone", single).first?.advice?.contains("compare.alone=true") == true)
        #expect(findings("no-alone", course(0.5, 0.1)).isEmpty)
        // So many teachers that the term's name does not list them.
        var many = Histories.interval(10, divergence: nil)
        many.terms = ["ce<t1...t16(16)": term(0.5)]
        #expect(findings("no-alone", run(many, alone: nil)).map(\.subject) == ["a"])
        let open = Histories.report([Histories.interval(10)], isFinished: false)
        #expect(findings("gain", open).isEmpty && findings("no-alone", open).isEmpty)
        #expect(findings("unfinished", open).count == 1)
        #expect(findings("unfinished", course(0.5, 0.1)).isEmpty)
    }

    @Test func aTeacherIsFollowedWhereKLHalves() {
        let found = findings("followed", course(0.6, 0.1, accuracy: 0.93))
        #expect(found.map(\.subject) == ["b → a"] && found.first?.kind == .helped)
        #expect(findings("followed", course(0.6, 0.4, accuracy: 0.93)).isEmpty)
        #expect(findings("followed", course(0.6, 0.1)).isEmpty)
    }

    @Test func aWeakerTeacherOfALearnerThatLost() {
        func report(_ accuracy: Double, teacher: Double) -> RunReport {
            Histories.report([Histories.interval(10)], accuracy: accuracy, teacher: teacher)
        }
        #expect(findings("weaker-teacher", report(0.88, teacher: 0.8)).map(\.kind) == [.hurt])
        #expect(findings("weaker-teacher", report(0.88, teacher: 0.89)).isEmpty)
        // Nothing is said against a weak teacher of a learner that gained.
        #expect(findings("weaker-teacher", report(0.93, teacher: 0.8)).isEmpty)
    }

    /// What a teacher knows explains nothing where it was hardly there.
    @Test func anAbsentTeacherIsNotCalledWeak() {
        let report = Histories.report(
            [Histories.interval(10, absences: 9)], accuracy: 0.88, teacher: 0.8)
        #expect(findings("weaker-teacher", report).isEmpty)
        #expect(findings("gain", report).first?.advice?.contains("absent at most steps") == true)
        #expect(findings("absent", report).map(\.kind) == [.starved])
    }

    @Test func whoKnewLessGainsMore() throws {
        func learner(_ name: String, of teacher: String, _ accuracy: Double) -> LearnerHistory {
            var interval = Histories.interval(10)
            interval.divergence = [teacher: 0.1]
            interval.agreement = [:]
            interval.terms = [:]
            return Histories.learner(name, [interval], accuracy: accuracy)
        }
        func report(_ taught: (Double, Double)) -> RunReport {
            RunReport(
                RunHistory(
                    learners: [learner("a", of: "b", taught.0), learner("b", of: "a", taught.1)],
                    alone: [
                        Histories.learner("a", [], accuracy: 0.8),
                        Histories.learner("b", [], accuracy: 0.9),
                    ]))
        }
        let found = try #require(findings("unequal-gains", report((0.91, 0.92))).first)
        #expect(
            found.text
                == "a gained most (+11.00 points), and b least (+2.00 points). Alone a reaches 80.00%,"
                + " its best teacher b 90.00%. Alone b reaches 90.00%, its best teacher a 80.00%."
                + " Taught, all end between 91.00% and 92.00%.")
        #expect(found.advice?.contains("No teacher of b is better alone than it is") == true)
        #expect(findings("unequal-gains", report((0.85, 0.952))).isEmpty)
    }

    @Test func driftIsAKLThatGrows() {
        #expect(findings("drift", course(0.1, 0.4)).map(\.subject) == ["b → a"])
        #expect(findings("drift", course(0.3, 0.35)).isEmpty)
        // Growing, and still next to nothing.
        #expect(findings("drift", course(0.001, 0.02)).isEmpty)
    }

    @Test func termsAreWeighedAgainstTheLoss() {
        func report(_ value: Double, task: Double? = 1) -> RunReport {
            run(Histories.interval(10, task: task, term: term(value)))
        }
        #expect(findings("strong-term", report(20)).map(\.kind) == [.hurt])
        #expect(findings("strong-term", report(1)).isEmpty)
        // A learner without labels of its own has nothing to drown.
        #expect(findings("strong-term", report(20, task: nil)).isEmpty)
        // Nor one whose labels have no weight.
        var weightless = Histories.interval(10, term: term(20))
        weightless.totalLoss = 20
        #expect(findings("strong-term", run(weightless)).isEmpty)
        #expect(findings("weak-term", report(0.005)).map(\.kind) == [.idle])
        #expect(findings("weak-term", report(0.02)).isEmpty)
    }

    @Test func absencesStarve() {
        let found = findings("absent", run(Histories.interval(10, absences: 1)))
        #expect(found.map(\.kind) == [.starved])
        #expect(found.first?.text.contains("1 of 10 steps (10.00%)") == true)
        #expect(findings("absent", run(Histories.interval(10))).isEmpty)
        let rare = Histories.report(
            (1...30).map { Histories.interval($0 * 10, absences: $0 == 3 ? 1 : nil) })
        #expect(findings("absent", rare).isEmpty)
    }

    @Test func votesThatAnswerLittle() {
        func report(_ answers: Int, epsilon: Double = 2) -> RunReport {
            var voted = term(0.5)
            voted.privacy = PrivacyReport(
                epsilon: epsilon, delta: 1e-5, limit: 8, queries: 100, answers: answers)
            return run(Histories.interval(10, term: voted))
        }
        #expect(findings("votes", report(49)).map(\.kind) == [.starved])
        #expect(findings("votes", report(50)).isEmpty)
        #expect(findings("votes", report(90, epsilon: 7.7)).map(\.kind) == [.starved])
        #expect(findings("votes", run(Histories.interval(10))).isEmpty)
    }

    @Test func bankedKnowledgeOlderThanAnEpoch() {
        func report(age: Double) -> RunReport {
            Histories.report(
                [Histories.interval(10, banked: BankedReport(samples: 8, age: age))],
                epochs: [Histories.epoch(2, 40, accuracy: 0.9)])
        }
        let found = findings("old-bank", report(age: 30))
        #expect(found.first?.text.contains("on 8 samples of a, 30.00 steps old") == true)
        #expect(findings("old-bank", report(age: 19)).isEmpty)
    }

    @Test func aClosedGate() {
        func report(_ open: Double) -> RunReport {
            run(Histories.interval(10, term: term(0.5, open: open)))
        }
        #expect(findings("closed-gate", report(0.05)).map(\.kind) == [.starved])
        #expect(findings("closed-gate", report(0.1)).isEmpty)
        var voted = term(0.5, open: 0.05)
        voted.privacy = PrivacyReport(epsilon: 2, delta: 1e-5, limit: 8, queries: 9, answers: 9)
        #expect(findings("closed-gate", run(Histories.interval(10, term: voted))).isEmpty)
    }

    @Test func aSmallShareOfTheTarget() {
        func report(_ shares: [Double]) -> RunReport {
            var interval = Histories.interval(10)
            interval.terms = ["kd<b,c": term(0.5, shares: shares)]
            return run(interval)
        }
        #expect(findings("small-share", report([0.9, 0.1])).map(\.subject) == ["c → a"])
        #expect(findings("small-share", report([0.8, 0.2])).isEmpty)
        // One more share than teachers: the learner's own comes first, and names none.
        #expect(findings("small-share", report([0.9, 0.05, 0.05])).isEmpty)
    }

    @Test func waitsOfAFifthAreLate() {
        let found = findings("late", run(Histories.interval(10, wait: 0.03)))
        #expect(found.map(\.kind) == [.late] && found.map(\.subject) == ["b → a"])
        #expect(found.first?.text.contains("a 30.00%") == true)
        #expect(findings("late", run(Histories.interval(10, wait: 0.01))).isEmpty)
    }

    @Test func aTeacherWithNothingNew() {
        func report(_ divergence: Double, _ agreement: Double) -> RunReport {
            run(Histories.interval(10, divergence: divergence, agreement: agreement))
        }
        #expect(findings("nothing-new", report(0.005, 0.995)).map(\.kind) == [.idle])
        #expect(findings("nothing-new", report(0.005, 0.9)).isEmpty)
        #expect(findings("nothing-new", report(0.05, 0.995)).isEmpty)
    }

    @Test func aCodecThatCostsWhatIsLeftToLearn() {
        func report(_ error: Double) -> RunReport {
            Histories.report(
                [Histories.interval(10, divergence: 0.1)],
                teacherIntervals: [
                    Histories.interval(10, divergence: nil, term: nil, codecError: error)
                ])
        }
        #expect(findings("codec-error", report(0.02)).map(\.subject) == ["b → a"])
        #expect(findings("codec-error", report(0.005)).isEmpty)
    }

    @Test func anEnsembleThatIsAhead() {
        func report(_ ensemble: Double) -> RunReport {
            Histories.report(
                [Histories.interval(10)],
                epochs: [Histories.epoch(1, 10, accuracy: 0.9, ensemble: ensemble)])
        }
        #expect(findings("ensemble", report(0.92)).first?.text.contains("92.00%") == true)
        #expect(findings("ensemble", report(0.905)).isEmpty)
    }

    @Test func aLossThatIsNoNumber() {
        let lost = Histories.report([Histories.interval(10), Histories.interval(20, task: .nan)])
        #expect(findings("non-finite", lost).first?.text.contains("from step 20 on") == true)
        #expect(findings("non-finite", course(1, 1)).isEmpty)
    }

    @Test func theTextHasAParagraphForEachKind() {
        let explanation = Explanation(course(0.6, 0.1, accuracy: 0.93))
        #expect(explanation.text.hasPrefix("The run ended well.\n\nHelped:\n  a gained 3.00"))
        #expect(explanation.text.contains("\n    → One run shows no spread"))
        let silent = Explanation(course(0.5, 0.5), rules: [])
        #expect(silent.text.contains("nothing that a rule would remark on"))
    }

    /// Four intervals with these cosines of a term that is a third of the loss.
    private func pulls(_ cosines: [Double?], share: Double = 0.4) -> RunReport {
        Histories.report(
            cosines.enumerated().map { number, cosine in
                var pulling = term(0.5)
                pulling.gradient = GradientReport(norm: 2, share: share, cosine: cosine)
                return Histories.interval(number * 10 + 10, term: pulling)
            })
    }

    @Test func aTermThatOpposesTheTaskIsNamed() throws {
        let found = try #require(findings("opposed-term", pulls([-0.5, -0.1, 0.2, -0.2])).first)
        #expect(found.kind == .hurt && found.subject == "a")
        #expect(found.text.contains("in 75.00% of the intervals"))
        #expect(found.text.contains("a cosine of -0.15 in the mean"))
        // Slight opposition for long, and then none.
        #expect(findings("opposed-term", pulls([-0.05, -0.05, -0.05, 0.9])).isEmpty)
        // Intervals that compared no gradients do not count, and half of them is not most.
        #expect(findings("opposed-term", pulls([-0.5, 0.1, nil, nil])).isEmpty)
        #expect(findings("opposed-term", pulls([nil, nil])).isEmpty)
        #expect(findings("opposed-term", run(Histories.interval(10))).isEmpty)
    }

    @Test func aTermWhoseGradientVanishesIsNamed() {
        let found = findings("faint-term", pulls([0.5], share: 0.004))
        #expect(found.map(\.kind) == [.idle])
        #expect(found.first?.text.contains("is 0.40% of all gradients, though") == true)
        #expect(findings("faint-term", pulls([0.5], share: 0.01)).isEmpty)
        #expect(findings("faint-term", run(Histories.interval(10))).isEmpty)
    }
}

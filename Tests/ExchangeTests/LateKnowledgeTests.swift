import CohortGraph
import Exchange
import Testing

/// Knowledge that comes after the step that it is of, where the student takes it in all the same.
@Suite(.timeLimit(.minutes(1)))
struct LateKnowledgeTests {
    /// a is taught by b, and waits for it for two seconds.
    private func joined(
        limits: ExchangeLimits = ExchangeLimits(),
        tensorsDue: @escaping @Sendable (String, String, Int, Round) -> [String] = {
            _, _, _, round in
            round == .before ? ["logits"] : []
        }
    ) -> SimulatedCohort {
        let cohort = SimulatedCohort(
            ["a": ["b"], "b": []], limits: limits, isOptional: true, acceptsLate: true,
            tensorsDue: tensorsDue)
        cohort.startAll()
        return cohort
    }

    private func publish(_ cohort: SimulatedCohort, _ steps: some Sequence<Int>) {
        for step in steps {
            cohort.publish("b", step)
            cohort.deliverAll()
            #expect(cohort.takeDone("b"))
        }
    }

    /// Gathers at a step, and goes on without b where it is not there.
    private func gather(
        _ cohort: SimulatedCohort, _ step: Int, _ round: Round = .before,
        attendance: Attendance? = nil
    ) throws -> Gathering {
        cohort.gather("a", step, round, attendance: attendance)
        cohort.deliverAll()
        if cohort.answers["a"]?.isEmpty != false { cohort.pass(.seconds(3)) }
        let gathering = try #require(cohort.takeGathering("a"), "step \(step)")
        cohort.deliverAll()
        return gathering
    }

    /// The steps of what came late.
    private func late(_ gathering: Gathering) -> [Int] { gathering.late.map(\.knowledge.step) }

    private func restart(_ cohort: SimulatedCohort, step: Int, _ state: ExchangeState?) {
        let life = Incarnation.following(cohort.life(of: "a"))
        cohort.restart("a", identity("a", incarnation: life), step: step, state: state)
        cohort.deliverAll()
    }

    @Test func whatComesLateIsReturnedOnceAtTheNextStep() throws {
        let cohort = joined()
        #expect(try gather(cohort, 0).absent.map(\.reason) == ["it did not come in time"])
        #expect(try gather(cohort, 1).absent.map(\.reason) == ["it is late"])
        publish(cohort, 0...0)
        let third = try gather(cohort, 2)
        #expect(third.late.map(\.knowledge) == [knowledge("b", 0)] && third.absent.count == 1)
        #expect(try gather(cohort, 3).late.isEmpty)
        // It is not taken for one that is in time again before it is.
        publish(cohort, 1...4)
        let fifth = try gather(cohort, 4)
        #expect(late(fifth) == [1, 2])
        #expect(
            cohort.notices["a"]?.last
                == "going on without 'b' at step 0: it did not come in time")
        let sixth = try gather(cohort, 5)
        #expect(late(sixth) == [3, 4] && sixth.knowledge.isEmpty)
        publish(cohort, 5...6)
        let seventh = try gather(cohort, 6)
        #expect(late(seventh) == [5] && seventh.knowledge.map(\.knowledge.step) == [6])
        #expect(cohort.notices["a"]?.last == "'b' takes part again at step 6")
    }

    /// b is told what is taken in of it, never how far a is: or it would not send what is late.
    @Test func aTeacherIsToldWhatIsTakenInOfIt() throws {
        let cohort = joined()
        func acknowledged() -> [StepRound] {
            cohort.underway.compactMap {
                $0.message.content == .acknowledge ? StepRound($0.message.position) : nil
            }
        }
        publish(cohort, 0...0)
        cohort.gather("a", 0)
        #expect(acknowledged() == [StepRound(step: 0, round: .before)])
        cohort.deliverAll()
        _ = cohort.takeGathering("a")
        for step in 1...5 { _ = try gather(cohort, step) }
        publish(cohort, 1...1)
        cohort.gather("a", 6)
        #expect(acknowledged() == [StepRound(step: 1, round: .before)])
    }

    /// A student that teaches too says with its knowledge how far it is: that acknowledges nothing.
    @Test func whatAPupilPublishesAcknowledgesNothing() throws {
        let cohort = SimulatedCohort(
            mutual(["a", "b"]), isOptional: true, acceptsLate: true
        ) { _, _, _, round in round == .before ? ["logits"] : [] }
        cohort.startAll()
        for step in 0..<6 {
            cohort.publish("a", step)
            _ = cohort.takeAnswers("a")
            _ = try gather(cohort, step)
        }
        publish(cohort, 0..<6)
        #expect(late(try gather(cohort, 6)) == [0, 1])
    }

    /// No more than the window is held, and all of it comes in the end.
    @Test func whatIsLateStaysWithinTheWindow() throws {
        let cohort = joined()
        for step in 0..<20 { _ = try gather(cohort, step) }
        publish(cohort, 0..<15)
        var found: [Int] = []
        for step in 20..<28 {
            #expect(cohort.locksteps["a"]!.held.steps <= 2)
            found += late(try gather(cohort, step))
        }
        #expect(found == Array(0..<15))
    }

    @Test func whatCannotBeUsedIsPassedOver() throws {
        let cohort = joined()
        for step in 0..<3 { _ = try gather(cohort, step) }
        var bad = knowledge("b", 0)
        bad.tensors[0].payload.replaceSubrange(0..<4, with: [0, 0, 0x80, 0x7F])
        cohort.publish(bad, of: "b")
        #expect(cohort.takeDone("b"))
        publish(cohort, 1...1)
        #expect(late(try gather(cohort, 3)) == [1])
        #expect(
            cohort.notices["a"]?.last
                == "late knowledge of 'b' is not used: 'logits' has values that are"
                + " not finite")
        #expect(cohort.locksteps["a"]!.quarantine == Quarantine(cohort.limits.quarantine))
    }

    /// Bad ones in time put b into quarantine; what it said late of those steps is not used either.
    @Test func inQuarantineNothingIsTakenIn() throws {
        let limits = ExchangeLimits(quarantine: Quarantine.Rules(strikes: 1, steps: 4))
        let cohort = joined(limits: limits)
        cohort.publish(knowledge("b", 0, batch: 9), of: "b")
        cohort.deliverAll()
        #expect(cohort.takeDone("b"))
        #expect(try gather(cohort, 0).absent.count == 1)
        for step in 1...6 { _ = try gather(cohort, step) }
        publish(cohort, 1...6)
        var found: [Int] = []
        for step in 7...10 { found += late(try gather(cohort, step)) }
        #expect(found == [5, 6])
    }

    /// What was on its way is lost with the connection: b lives, and is asked again.
    @Test func whatIsLostIsAskedForAgain() throws {
        let cohort = joined()
        for step in 0..<3 { _ = try gather(cohort, step) }
        for step in 0...1 {
            cohort.publish("b", step)
            cohort.underway.removeAll()
        }
        #expect(late(try gather(cohort, 3)).isEmpty)
        cohort.pass(.seconds(2))
        #expect(late(try gather(cohort, 4)) == [0, 1])
    }

    /// The test of an ensemble has no use for what is late; what is late of training is taken in
    /// there.
    @Test func whatIsLateForATestIsDropped() throws {
        let cohort = joined { _, _, _, round in
            round == .before || round == .evaluation ? ["logits"] : []
        }
        for round in [Round.before, .evaluation] { _ = try gather(cohort, 0, round) }
        _ = try gather(cohort, 1)
        for round in [Round.before, .evaluation] {
            cohort.publish("b", 0, round)
            cohort.deliverAll()
            _ = cohort.takeAnswers("b")
        }
        let test = try gather(cohort, 1, .evaluation)
        #expect(test.late.map(\.knowledge.round) == [.before])
        #expect(try gather(cohort, 2).late.isEmpty)
        publish(cohort, 1...1)
        #expect(late(try gather(cohort, 3)) == [1])
    }

    /// What an earlier life took in is written down; another one goes on behind it, and takes in
    /// nothing by itself before it has come to where that one was.
    @Test func anotherLifeTakesInTheSame() throws {
        let cohort = joined()
        var rolls: [Attendance] = []
        for step in 0..<2 { rolls.append(Attendance(try gather(cohort, step))) }
        let state = cohort.locksteps["a"]!.state
        for step in 2..<8 {
            if step == 3 { publish(cohort, 0...1) }
            if step == 6 { publish(cohort, 2...6) }
            rolls.append(Attendance(try gather(cohort, step)))
        }
        #expect(
            rolls.map { $0.late.map(\.stepRound.step) } == [
                [], [], [], [0, 1], [], [], [2, 3], [4, 5],
            ])
        restart(cohort, step: 2, state)
        for step in 2..<8 {
            #expect(try gather(cohort, step, attendance: rolls[step]).late.isEmpty)
            let last = rolls[...step].compactMap(\.late.last).last
            #expect(cohort.locksteps["a"]!.state.taken == (last.map { ["b": $0.stepRound] } ?? [:]))
        }
        #expect(late(try gather(cohort, 8)) == [6])
    }

    /// What was used in time came after all that is not named: it is not waited for behind what is
    /// held.
    @Test func whatAnEarlierLifePassedOverIsPassedOver() throws {
        let cohort = joined()
        publish(cohort, 0..<6)
        for step in 0..<5 {
            #expect(try gather(cohort, step, attendance: Attendance()).knowledge.isEmpty)
        }
        let used = try gather(cohort, 5, attendance: Attendance(taught: ["b"]))
        #expect(used.knowledge.map(\.knowledge.step) == [5] && used.late.isEmpty)
        #expect(try gather(cohort, 6).late.isEmpty)
    }

    /// b keeps what is late for a, whose checkpoints need none of it, but not where it has no more
    /// room.
    @Test func whatIsLateIsKeptWhileThereIsRoom() throws {
        let size = knowledge("b", 0).byteCount
        let cohort = joined(limits: ExchangeLimits(journalBytes: 6 * size))
        func kept() -> [Int] { (cohort.journals["b"] ?? []).map(\.step) }
        for step in 0..<20 { _ = try gather(cohort, step) }
        cohort.handle(.checkpointed(oldest: 10, newest: 20), of: "a")
        for step in 0..<6 {
            publish(cohort, step...step)
            cohort.handle(.checkpointed(oldest: step, newest: step + 1), of: "b")
        }
        #expect(kept() == Array(0..<6))
        publish(cohort, 6...6)
        #expect(kept() == [5, 6])
        // What was sent is there, and what was let go of never comes.
        #expect(late(try gather(cohort, 20)) == [0, 1])
        #expect(late(try gather(cohort, 21)) == [5, 6])
        #expect(kept() == [5, 6], "b's own checkpoint needs them")
    }
}

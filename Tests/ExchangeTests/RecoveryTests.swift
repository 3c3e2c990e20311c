import CohortGraph
import Exchange
import Testing

/// Learners that are killed and come back, their messages lost and late: everyone still uses what
/// was published, once, and nobody goes back.
@Suite(.timeLimit(.minutes(1)))
struct RecoveryTests {
    @Test func anEarlierLifeIsNotHeard() throws {
        let first = Incarnation.first()
        let old = identity("b", incarnation: first)
        let cohort = SimulatedCohort(mutual(["a", "b"]), identities: ["b": old])
        cohort.startAll()
        cohort.publish("b", 0)
        let late = cohort.underway.removeFirst()
        cohort.journals = [:]
        cohort.restart("b", identity("b", incarnation: Incarnation.following(first)), step: 0)
        cohort.deliverAll()
        cohort.handle(.received(late.message, from: late.from), of: "a")
        cohort.gather("a", 0)
        #expect(cohort.takeAnswers("a").isEmpty, "the late message is not taken")
        cohort.publish("b", 0)
        cohort.deliverAll()
        #expect(cohort.takeGathering("a")?.knowledge.first?.knowledge == knowledge("b", 0))
        #expect(cohort.notices["a"]?.contains("'b' has started again") == true)
    }

    /// What was taught badly before the restart counts, be it before the checkpoint or after it.
    @Test func strikesSurviveARestart() throws {
        let rules = Quarantine.Rules(strikes: 3, steps: 10)
        let cohort = SimulatedCohort(
            ["a": ["b"], "b": []], limits: ExchangeLimits(quarantine: rules))
        cohort.startAll()
        func absence(at step: Int, attendance: Attendance? = nil) throws -> String? {
            cohort.handle(
                .request(
                    .gather(
                        StepRound(step: step, round: .before), batchDigest: UInt64(step),
                        attendance: attendance)),
                of: "a")
            cohort.deliverAll()
            let gathering = try #require(cohort.takeGathering("a"))
            cohort.handle(.used, of: "a")
            cohort.deliverAll()
            return gathering.absent.first?.reason
        }
        func publishBadly(_ step: Int) {
            cohort.publish(knowledge("b", step, batch: 99), of: "b")
            cohort.deliverAll()
            _ = cohort.takeAnswers("b")
        }
        publishBadly(0)
        let first = try absence(at: 0)
        let state = cohort.locksteps["a"]!.state
        publishBadly(1)
        #expect(try absence(at: 1) != nil)
        cohort.restart(
            "a", identity("a", incarnation: Incarnation.following(cohort.life(of: "a"))), step: 1,
            state: state)
        cohort.deliverAll()
        // The journal says that nobody's was used.
        #expect(
            try absence(at: 1, attendance: Attendance())
                == "it is of another batch (digest 63, here 1)")
        publishBadly(2)
        #expect(try absence(at: 2) != nil)
        #expect(cohort.notices["a"]?.last?.hasSuffix("('b' is in quarantine for 10 steps)") == true)
        #expect(try absence(at: 3) == "it is in quarantine")
        #expect(first == "it is of another batch (digest 63, here 0)")
    }

    /// What one that takes its steps again publishes was used already and is not sent: it must say
    /// by itself what it used, or it would be taught no faster than it beats.
    @Test func stepsAreTakenAgainWithoutWaiting() throws {
        let cohort = SimulatedCohort(mutual(["a", "b"]))
        cohort.startAll()
        func step(_ number: Int, _ names: [String]) throws {
            for name in names { cohort.publish(name, number) }
            cohort.deliverAll()
            for name in names {
                cohort.gather(name, number)
                cohort.deliverAll()
                #expect(cohort.takeGathering(name) != nil, "'\(name)' at step \(number)")
                cohort.deliverAll()
            }
        }
        for number in 0..<12 { try step(number, ["a", "b"]) }
        cohort.restart(
            "b", identity("b", incarnation: Incarnation.following(cohort.life(of: "b"))), step: 0)
        cohort.deliverAll()
        for number in 0..<12 { try step(number, ["b"]) }
        for number in 12..<20 { try step(number, ["a", "b"]) }
    }

    @Test func aLostMessageIsAskedForAgain() {
        let cohort = SimulatedCohort(mutual(["a", "b"]))
        cohort.startAll()
        cohort.publish("b", 0)
        cohort.underway = []
        cohort.gather("a", 0)
        cohort.pass(.seconds(2))
        #expect(cohort.takeGathering("a")?.knowledge.map(\.sender) == ["b"])
    }

    /// What a student may need again is kept, and what nobody needs is let go.
    @Test func theSlowestCheckpointSaysWhatIsKept() {
        let cohort = SimulatedCohort(["t": [], "s": ["t"], "u": ["t"]])
        cohort.startAll()
        for step in 0..<10 {
            cohort.publish("t", step)
            cohort.deliverAll()
            for name in ["s", "u"] { cohort.gather(name, step) }
            cohort.deliverAll()
        }
        func kept() -> Int? { cohort.journals["t"]?.first?.step }
        cohort.handle(.checkpointed(oldest: .max, newest: .max), of: "t")
        #expect(kept() == 0)
        cohort.handle(.checkpointed(oldest: 8, newest: 9), of: "s")
        cohort.deliverAll()
        #expect(kept() == 0, "u may need it")
        cohort.handle(.checkpointed(oldest: 5, newest: 6), of: "u")
        cohort.deliverAll()
        #expect(kept() == 5)
        // u comes back from before: its checkpoints were damaged.
        cohort.restart("u", identity("u", incarnation: cohort.life(of: "u") + 1), step: 2)
        cohort.gather("u", 2)
        cohort.pass(.seconds(2))
        let failure = cohort.takeFailure("u")
        #expect(failure?.exitCode == .missingFile)
        #expect(failure?.message.contains("goes back to step 5 alone") == true)
    }

    /// A wish of before a checkpoint of the same life is only late.
    @Test func aLateNeedIsNotTakenForALostCheckpoint() throws {
        let cohort = SimulatedCohort(["t": [], "s": ["t"]])
        cohort.startAll()
        let old = Message(sender: cohort.locksteps["s"]!.identity.sender, content: .need)
        for step in 0..<4 {
            cohort.publish("t", step)
            cohort.deliverAll()
            cohort.gather("s", step)
            cohort.deliverAll()
        }
        cohort.handle(.checkpointed(oldest: .max, newest: .max), of: "t")
        cohort.handle(.checkpointed(oldest: 3, newest: 4), of: "s")
        cohort.deliverAll()
        #expect(cohort.journals["t"]?.first?.step == 3)
        _ = (cohort.takeAnswers("t"), cohort.takeAnswers("s"))
        cohort.handle(.received(old, from: .student("s")), of: "t")
        cohort.deliverAll()
        cohort.publish("t", 4)
        cohort.deliverAll()
        cohort.gather("s", 4)
        #expect(cohort.takeGathering("s")?.knowledge.first?.knowledge == knowledge("t", 4))
    }

    /// One that has done all its steps says that it needs what comes after the last.
    @Test func aPupilThatIsDoneIsNotRefused() {
        let cohort = SimulatedCohort(["t": [], "s": ["t"]])
        cohort.startAll()
        cohort.publish("t", 0)
        cohort.deliverAll()
        cohort.gather("s", 0)
        for name in ["s", "t"] {
            cohort.handle(.checkpointed(oldest: .max, newest: .max), of: name)
        }
        cohort.deliverAll()
        let s = cohort.life(of: "s")
        cohort.restart("s", identity("s", incarnation: Incarnation.following(s)), step: 1)
        cohort.deliverAll()
        cohort.pass(.seconds(1))
        #expect(cohort.takeFailure("s") == nil)
    }

    /// Its acknowledgement is lost, and its checkpoint comes: what was let go is not looked for.
    @Test func aCheckpointSaysWhatIsUsed() {
        let cohort = SimulatedCohort(
            ["t": [], "s": ["t"]], limits: ExchangeLimits(window: 2), isOptional: true)
        cohort.startAll()
        for step in 0..<4 { cohort.publish("t", step) }
        cohort.underway = []
        let s = cohort.locksteps["s"]!.identity.sender
        let checkpoint = Message(sender: s, position: Position(step: 3), content: .checkpoint)
        cohort.handle(.checkpointed(oldest: .max, newest: .max), of: "t")
        cohort.handle(.received(checkpoint, from: .student("s")), of: "t")
        #expect(cohort.journals["t"]?.map(\.step) == [3])
        let sent = cohort.underway.filter { $0.to == "s" }.map(\.message)
        #expect(
            sent.contains {
                $0.position.step == 3 && $0.content == .knowledge(knowledge("t", 3).tensors)
            })
    }

    /// Of two rosters that come in another order, the later one counts.
    @Test func anOlderRosterLeadsNobodyBack() {
        var teacher = Lockstep(
            identity: identity("t"), teachers: [], students: [Link("s")],
            contact: Contact(address: "t"), limits: ExchangeLimits(), at: .zero)
        func connections(_ number: Int, _ address: String, of life: UInt64) -> Int {
            let sender = Sender(
                run: testRun, configurationDigest: testDigest, name: "rendezvous",
                incarnation: life)
            let roster = Message(
                sender: sender, position: Position(step: number),
                content: .roster([RosterEntry(name: "s", contact: Contact(address: address))]))
            let actions = teacher.handle(.received(roster, from: .rendezvous), at: .zero)
            return actions.count { if case .connect = $0 { true } else { false } }
        }
        #expect(connections(2, "new", of: 1) == 1)
        #expect(connections(1, "old", of: 1) == 0)
        #expect(connections(0, "newer", of: 2) == 1, "of a rendezvous that has started again")
    }

    /// It repeats the end until the rendezvous has answered, and does not register any more.
    @Test func theRendezvousIsToldOfTheEndUntilItAnswers() {
        var lone = Lockstep(
            identity: identity("a"), teachers: [], students: [], contact: Contact(address: "a"),
            limits: ExchangeLimits(), at: .zero)
        _ = lone.handle(.roster([]), at: .zero)
        func ends(_ actions: [Lockstep.Action]) -> Int {
            actions.count { action in
                if case .send(let message, [.rendezvous]) = action {
                    message.content == .end
                } else {
                    false
                }
            }
        }
        func isDone(_ actions: [Lockstep.Action]) -> Bool {
            actions.contains { if case .answer(.done) = $0 { true } else { false } }
        }
        let first = lone.handle(.request(.finish(lastStep: 3)), at: .zero)
        #expect(ends(first) == 1 && !isDone(first))
        let second = lone.handle(.tick, at: .seconds(1))
        #expect(ends(second) == 1 && !isDone(second))
        let sender = Sender(
            run: testRun, configurationDigest: testDigest, name: "rendezvous", incarnation: 1)
        let answer = Message(sender: sender, content: .ended)
        #expect(isDone(lone.handle(.received(answer, from: .rendezvous), at: .seconds(1))))
    }

    /// The first thing after a pause may be a message, and what is lost then is asked for soon.
    @Test func aPauseIsForgivenWhateverEndsIt() throws {
        let cohort = SimulatedCohort(mutual(["a", "b"]))
        cohort.startAll()
        cohort.publish("b", 0)
        cohort.now += .seconds(3600)
        cohort.publish("a", 0)
        _ = cohort.takeAnswers("a")
        cohort.gather("a", 0)
        cohort.underway = []
        cohort.pass(.seconds(3))
        #expect(cohort.takeGathering("a")?.knowledge.map(\.sender) == ["b"])
    }

    @Test func aFullJournalPausesAndSaysSo() throws {
        let limits = ExchangeLimits(window: 100, journalBytes: 2000)
        let cohort = SimulatedCohort(["t": [], "s": ["t"]], limits: limits)
        cohort.startAll()
        cohort.handle(.checkpointed(oldest: .max, newest: .max), of: "t")
        var step = 0
        while cohort.unpublished["t"] == nil {
            cohort.publish("t", step)
            step += 1
        }
        cohort.deliverAll()
        let paused = step - 1
        #expect(paused > 3)
        cohort.pass(.seconds(6))
        #expect(
            cohort.notices["t"]?.last
                == "waiting 5 s for 's' to make a checkpoint, as the journal is full")
        cohort.handle(.checkpointed(oldest: paused, newest: paused), of: "s")
        cohort.deliverAll()
        #expect(cohort.unpublished["t"] == nil, "there is room again")
        #expect(cohort.journals["t"]?.first?.step == paused)
    }

    @Test func aTeacherStaysUntilItsPupilHasACheckpointOfAll() {
        let cohort = SimulatedCohort(["t": [], "s": ["t"]])
        cohort.startAll()
        cohort.publish("t", 0)
        cohort.deliverAll()
        cohort.gather("s", 0)
        cohort.finish("t", 0)
        _ = cohort.takeAnswers("t")
        cohort.pass(.seconds(2))
        #expect(cohort.takeAnswers("t").isEmpty)
        cohort.handle(.checkpointed(oldest: 0, newest: 1), of: "s")
        cohort.pass(.seconds(2))
        #expect(cohort.takeDone("t"))
    }
}

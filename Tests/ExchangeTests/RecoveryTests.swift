import CohortGraph
import Exchange
import Testing

/// Learners that are killed and come back, their messages lost and late: everyone still uses what was
/// published, once, and nobody goes back.
@Suite(.timeLimit(.minutes(1)))
struct RecoveryTests {
    static let names = ["a", "b", "c"]

    @Test(arguments: 0..<150)
    func whoIsKilledCatchesUp(_ seed: UInt64) {
        let teaching: Teaching =
            seed.isMultiple(of: 3) ? ["a": [], "b": ["a"], "c": ["b"]] : mutual(Self.names)
        var trial = Trial(teaching, seed: seed, lastStep: 39)
        trial.run(kills: 6)
        for name in Self.names {
            #expect(trial.failures[name] == nil, "\(name): \(trial.failures[name]?.message ?? "")")
            #expect(trial.used[name] == trial.expected(of: name), "\(name), seed \(seed)")
        }
    }

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
        func absence(at step: Int, roll: [String]? = nil) throws -> String? {
            cohort.handle(
                .request(
                    .gather(
                        Slot(step: step, phase: .before), batchDigest: UInt64(step), roll: roll)),
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
        let quarantine = cohort.locksteps["a"]!.quarantine
        publishBadly(1)
        #expect(try absence(at: 1) != nil)
        cohort.restart(
            "a", identity("a", incarnation: Incarnation.following(cohort.life(of: "a"))), step: 1,
            quarantine: quarantine)
        cohort.deliverAll()
        // The journal says that nobody's was used.
        #expect(try absence(at: 1, roll: []) == "it is of another batch (digest 63, here 1)")
        publishBadly(2)
        #expect(try absence(at: 2) != nil)
        #expect(cohort.notices["a"]?.last?.hasSuffix("('b' is in quarantine for 10 steps)") == true)
        #expect(try absence(at: 3) == "it is in quarantine")
        #expect(first == "it is of another batch (digest 63, here 0)")
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

    /// What a pupil may need again is kept, and what nobody needs is let go.
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
        #expect(failure?.exitCode == 66)
        #expect(failure?.message.contains("goes back to step 5 alone") == true)
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

/// Three learners that train, are killed, and come back.
private struct Trial {
    let cohort: SimulatedCohort
    let teaching: Teaching
    let lastStep: Int
    var random: SplitMix
    /// What each used at each step, as its disk would know it after a kill.
    var used: [String: [Int: [String]]] = [:]
    var failures: [String: ExchangeFailure] = [:]
    private var step: [String: Int] = [:]
    private var isPublishing: [String: Bool] = [:]
    private var checkpoints: [String: [Int]] = [:]
    private var ended: Set<String> = []

    init(_ teaching: Teaching, seed: UInt64, lastStep: Int) {
        self.teaching = teaching
        self.lastStep = lastStep
        random = SplitMix(state: seed)
        let first = Incarnation.first()
        cohort = SimulatedCohort(
            teaching,
            identities: Dictionary(
                uniqueKeysWithValues: teaching.keys.map {
                    ($0, identity($0, incarnation: first))
                }))
        cohort.startAll()
        for name in teaching.keys { begin(name, at: 0) }
    }

    func expected(of name: String) -> [Int: [String]] {
        Dictionary(uniqueKeysWithValues: (0...lastStep).map { ($0, teaching[name]!) })
    }

    private mutating func begin(_ name: String, at step: Int) {
        self.step[name] = step
        isPublishing[name] = true
        ask(name)
    }

    private mutating func ask(_ name: String) {
        guard let step = step[name] else { return }
        if step > lastStep {
            cohort.handle(.checkpointed(oldest: step, newest: step), of: name)
            checkpoints[name] = [step]
            cohort.finish(name, lastStep)
        } else if isPublishing[name] == true {
            cohort.publish(name, step)
        } else {
            cohort.gather(name, step)
        }
    }

    /// Takes what the learner was answered, and has it go on.
    private mutating func advance(_ name: String) {
        for answer in cohort.takeAnswers(name) {
            switch answer {
            case .failed(let failure): failures[name] = failure
            case .gathered(let gathering): use(gathering, name)
            case .done where step[name]! > lastStep:
                ended.insert(name)
                cohort.gone.insert(name)
            case .done:
                isPublishing[name] = false
                ask(name)
            }
        }
    }

    private mutating func use(_ gathering: Gathering, _ name: String) {
        let step = step[name]!
        for (sender, taught) in gathering.knowledge where taught != knowledge(sender, step) {
            failures[name] = ExchangeFailure(exitCode: 70, message: "'\(sender)' at \(step)")
        }
        used[name, default: [:]][step] = gathering.knowledge.map(\.sender)
        self.step[name] = step + 1
        if (step + 1).isMultiple(of: 7) {
            checkpoints[name] = ((checkpoints[name] ?? [0]) + [step + 1]).suffix(2)
            let kept = checkpoints[name]!
            cohort.handle(.checkpointed(oldest: kept[0], newest: step + 1), of: name)
        }
        isPublishing[name] = true
        ask(name)
    }

    private mutating func kill(_ name: String) {
        let step = checkpoints[name]?.last ?? 0
        let again = identity(name, incarnation: cohort.life(of: name) + 1)
        cohort.restart(name, again, step: step, oldest: checkpoints[name]?.first ?? 0)
        begin(name, at: step)
    }

    /// Delivers in any order, loses some, and kills at random, until all have ended.
    mutating func run(kills: Int) {
        var kills = kills
        for _ in 0..<100_000 where ended.count < teaching.count && failures.isEmpty {
            for name in teaching.keys.sorted() { advance(name) }
            let chance = Int.random(in: 0..<1000, using: &random)
            let name = teaching.keys.sorted().randomElement(using: &random)!
            if chance < 6, kills > 0, !ended.contains(name) {
                kills -= 1
                kill(name)
            } else if let index = cohort.underway.indices.randomElement(using: &random) {
                if chance > 990 {
                    cohort.underway.remove(at: index)
                } else {
                    cohort.deliver(at: index)
                }
            } else {
                cohort.now += cohort.limits.beat
                for name in teaching.keys.sorted() { cohort.handle(.tick, of: name) }
            }
        }
    }
}

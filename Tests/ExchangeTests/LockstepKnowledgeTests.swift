import CohortGraph
import Exchange
import Simulation
import Testing

@Suite(.timeLimit(.minutes(1)))
struct LockstepKnowledgeTests {
    /// d learns from the others in this order; they do not learn.
    static let star: Teaching = ["a": [], "b": [], "c": [], "d": ["b", "a", "c"]]

    private func joined(
        _ teaching: Teaching, limits: ExchangeLimits = ExchangeLimits()
    ) -> SimulatedCohort {
        let cohort = SimulatedCohort(teaching, limits: limits)
        cohort.startAll()
        return cohort
    }

    @Test(arguments: permutations(["a", "b", "c"]))
    func theOrderOfArrivalDoesNotShow(_ order: [String]) throws {
        let cohort = joined(Self.star)
        for name in order { cohort.publish(name, 0) }
        cohort.gather("d", 0)
        cohort.now += .seconds(1)
        cohort.deliverAll()
        let gathering = try #require(cohort.takeGathering("d"))
        #expect(gathering.knowledge.map(\.sender) == ["b", "a", "c"])
        #expect(gathering.knowledge.map(\.knowledge) == ["b", "a", "c"].map { knowledge($0, 0) })
        #expect(gathering.waited == .seconds(1))
        #expect(gathering.waitedFor == order.last)
    }

    @Test func whatWasThereBeforeIsNotWaitedFor() throws {
        let cohort = joined(Self.star)
        for name in ["a", "b", "c"] { cohort.publish(name, 0) }
        cohort.deliverAll()
        cohort.gather("d", 0)
        let gathering = try #require(cohort.takeGathering("d"))
        #expect(gathering.waitedFor == nil)
        #expect(gathering.waited == .zero)
    }

    @Test func aLaterStepIsKeptAndDoesNotCountAsWaitedFor() throws {
        let cohort = joined(Self.star)
        for name in ["a", "b"] {
            cohort.publish(name, 0)
            cohort.publish(name, 1)
        }
        cohort.deliverAll()
        cohort.gather("d", 0)
        cohort.publish("c", 0)
        cohort.deliverAll()
        #expect(cohort.takeGathering("d")?.waitedFor == "c")
        cohort.gather("d", 1)
        cohort.publish("c", 1)
        cohort.deliverAll()
        let gathering = try #require(cohort.takeGathering("d"))
        #expect(gathering.knowledge.map(\.knowledge) == ["b", "a", "c"].map { knowledge($0, 1) })
    }

    /// What is taught back says what was used: no message does so by itself, and credit does not
    /// run out.
    @Test func whoTeachesBackAcknowledgesByThat() throws {
        let cohort = joined(mutual(["a", "b"]))
        for step in 0..<20 {
            for name in ["a", "b"] { cohort.publish(name, step) }
            cohort.deliverAll()
            for name in ["a", "b"] {
                cohort.gather(name, step)
                let gathering = try #require(cohort.takeGathering(name))
                #expect(gathering.knowledge.map(\.knowledge.step) == [step])
            }
            #expect(!cohort.underway.contains { $0.message.content == .acknowledge })
        }
    }

    /// Three mutual learners under random delivery: everyone gathers the same, in order.
    @Test(arguments: 0..<50)
    func mutualLearnersAgreeWhateverTheTiming(_ seed: UInt64) {
        let names = ["a", "b", "c"]
        var random = SplitMix(state: seed)
        let cohort = joined(mutual(names))
        var steps = Dictionary(uniqueKeysWithValues: names.map { ($0, 0) })
        for name in names { cohort.publish(name, 0) }
        while steps.values.contains(where: { $0 < 60 }) {
            if let index = firstUnordered(cohort, &random) { cohort.deliver(at: index) }
            for name in names where steps[name]! < 60 {
                for answer in cohort.takeAnswers(name) {
                    if case .gathered(let gathering) = answer {
                        let expected = names.filter { $0 != name }
                        #expect(gathering.knowledge.map(\.sender) == expected)
                        #expect(gathering.knowledge.allSatisfy { $0.1.step == steps[name] })
                        steps[name]! += 1
                        cohort.publish(name, steps[name]!)
                    } else {
                        cohort.gather(name, steps[name]!)
                    }
                }
            }
        }
    }

    /// A message at random that no other one between the same two precedes.
    private func firstUnordered(_ cohort: SimulatedCohort, _ random: inout SplitMix) -> Int? {
        let underway = cohort.underway
        return underway.indices.filter { index in
            !underway[..<index].contains {
                $0.to == underway[index].to && $0.from == underway[index].from
            }
        }.randomElement(using: &random)
    }

    @Test func duplicatesAndStaleMessagesAreIgnored() throws {
        let cohort = joined(mutual(["a", "b"]))
        cohort.publish("b", 0)
        let delivery = try #require(cohort.underway.first)
        cohort.underway.append(delivery)
        cohort.deliverAll()
        cohort.gather("a", 0)
        #expect(cohort.takeGathering("a") != nil)
        cohort.underway = [delivery]
        cohort.deliverAll()
        cohort.gather("a", 1)
        #expect(cohort.takeAnswers("a").isEmpty)
    }

    @Test(arguments: [2, 3])
    func aTeacherLeadsByTheWindowAndNoMore(_ window: Int) {
        let cohort = joined(["t": [], "s": ["t"]], limits: ExchangeLimits(window: window))
        for step in 0..<window {
            cohort.publish("t", step)
            #expect(cohort.takeDone("t"))
        }
        cohort.publish("t", window)
        cohort.deliverAll()
        #expect(cohort.takeAnswers("t").isEmpty)
        cohort.pass(.seconds(6))
        #expect(cohort.notices["t"] == ["waiting 5 s for 's' to catch up with step \(window)"])
        cohort.gather("s", 0)
        #expect(cohort.takeGathering("s") != nil)
        cohort.deliverAll()
        #expect(cohort.takeDone("t"))
    }

    /// Acknowledgements are said again, so that a lost one does not stop a teacher.
    @Test func aLostAcknowledgementIsRepaired() {
        let cohort = joined(["t": [], "s": ["t"]])
        for step in 0...1 { cohort.publish("t", step) }
        cohort.deliverAll()
        cohort.gather("s", 0)
        cohort.underway = []
        _ = cohort.takeAnswers("t")
        cohort.publish("t", 2)
        #expect(cohort.takeAnswers("t").isEmpty)
        cohort.pass(.seconds(1))
        #expect(cohort.takeDone("t"))
    }

    @Test func thePhasesOfAStepAreExchangedInOrder() throws {
        let cohort = joined(mutual(["a", "b"]))
        for (step, round) in [
            (0, Round.before), (0, .after), (0, .evaluation), (0, .validation), (1, .before),
            (1, .validation),
        ] {
            for name in ["a", "b"] { cohort.publish(name, step, round) }
            cohort.deliverAll()
            for name in ["a", "b"] {
                _ = cohort.takeAnswers(name)
                cohort.gather(name, step, round)
                let gathering = try #require(cohort.takeGathering(name))
                #expect(gathering.knowledge.map(\.knowledge.round) == [round])
            }
            cohort.deliverAll()
        }
    }

    static let bad: [(String, Knowledge)] = [
        (
            "'logits' has values that are not finite",
            altered { $0.payload.replaceSubrange(12..<16, with: [0, 0, 0xC0, 0x7F]) }
        ),
        (
            "'logits' has values that are not finite",
            altered { $0.payload.replaceSubrange(0..<4, with: [0, 0, 0x80, 0xFF]) }
        ),
        (
            "'logits' is not of 3 classes but of shape [3, 2]",
            altered {
                $0.shape = [3, 2]
            }
        ),
        (
            "'logits' is not of 3 classes but of shape [6]",
            altered {
                $0.shape = [6]
            }
        ),
        (
            "'tap' is not of 2 samples but of shape [1]",
            {
                var knowledge = knowledge("b", 0)
                knowledge.tensors.append(
                    KnowledgeTensor(name: "tap", kind: .feature, shape: [1], values: [0]))
                return knowledge
            }()
        ),
        (
            "it lacks 'logits' (it has nothing)",
            Knowledge(epoch: 0, step: 0, round: .before, batchDigest: 0, tensors: [])
        ),
        (
            "it is of another batch (digest 9, here 0)", knowledge("b", 0, batch: 9)
        ),
    ]

    private static func altered(_ change: (inout KnowledgeTensor) -> Void) -> Knowledge {
        var knowledge = knowledge("b", 0)
        change(&knowledge.tensors[0])
        return knowledge
    }

    /// Whether it comes before it is asked for or after.
    @Test(arguments: bad, [false, true])
    func badKnowledgeCountsAsMissingAndItsSenderIsNamed(
        _ bad: (reason: String, knowledge: Knowledge), isEarly: Bool
    ) throws {
        // Each is asked for what b sends, and for logits in any case.
        let tensorsDue = ["logits"] + (bad.knowledge.tensors.count > 1 ? ["tap"] : [])
        let cohort = SimulatedCohort(mutual(["a", "b", "c"])) { _, _, _, _ in tensorsDue }
        cohort.startAll()
        cohort.publish(bad.knowledge, of: "b")
        var sound = knowledge("c", 0)
        sound.tensors.append(
            KnowledgeTensor(name: "tap", kind: .feature, shape: [2], values: [0, 1]))
        cohort.publish(sound, of: "c")
        if isEarly { cohort.deliverAll() }
        cohort.gather("a", 0)
        cohort.deliverAll()
        let gathering = try #require(cohort.takeGathering("a"))
        #expect(gathering.knowledge.map(\.sender) == ["c"])
        #expect(gathering.absent == [Absence("b", reason: bad.reason)])
        #expect(
            cohort.notices["a"] == [
                "the knowledge of 'b' at step 0 is not used: \(bad.reason) (strike 1 of 3)"
            ])
    }

    /// The third strike costs ten steps, at which nobody waits for b, and each further one as many.
    @Test func whoGoesOnIsPutIntoQuarantine() throws {
        let limits = ExchangeLimits(quarantine: Quarantine.Rules(strikes: 3, steps: 10))
        let cohort = joined(["a": ["b", "c"], "b": [], "c": []], limits: limits)
        var used: [Int] = []
        for step in 0..<40 {
            // b is silent in the middle of its quarantine, when a does not need it.
            if step != 8 {
                var said = knowledge("b", step)
                let isBad = [1, 3, 4, 30].contains(step)
                if isBad {
                    said.tensors[0].payload.replaceSubrange(0..<4, with: [0, 0, 0x80, 0x7F])
                }
                cohort.publish(said, of: "b")
            }
            cohort.publish("c", step)
            cohort.deliverAll()
            cohort.gather("a", step)
            let gathering = try #require(cohort.takeGathering("a"))
            cohort.deliverAll()
            for name in ["b", "c"] { _ = cohort.takeAnswers(name) }
            #expect(gathering.knowledge.map(\.sender).last == "c")
            if gathering.absent.isEmpty { used.append(step) }
        }
        #expect(used == [0, 2] + Array(15..<30))
        #expect(
            cohort.notices["a"]?.compactMap { $0.split(separator: "finite ").last } == [
                "(strike 1 of 3)", "(strike 2 of 3)", "('b' is in quarantine for 10 steps)",
                "('b' is in quarantine for 10 steps)",
            ])
    }

    /// Twenty bytes that stand for 2²³ numbers, where two samples of three classes are due.
    @Test func whatIsNotAskedForIsNotRead() throws {
        let known = identity("b")
        let cohort = SimulatedCohort(["a": ["b"], "b": []], identities: ["b": known])
        cohort.locksteps["a"] = Lockstep(
            identity: identity("a"),
            teachers: [
                Link("b", contract: { _, _ in TensorContract(kind: .response, shape: [2, 3]) })
            ], students: [], contact: nil, limits: ExchangeLimits(), at: .zero)
        cohort.startAll()
        // The index is out of order: an error, if ever it is read.
        let payload: [UInt8] = [2, 0, 0, 0] + [UInt8](repeating: 0, count: 20)
        func huge(_ name: String) -> KnowledgeTensor {
            KnowledgeTensor(
                name: name, kind: .feature, shape: [1, 1 << 23], encoding: .topK,
                payload: payload)
        }
        for (step, tensors) in [
            [huge("logits")], knowledge("b", 1).tensors + [huge("unasked")],
        ].enumerated() {
            let said = Message(
                sender: known.sender,
                position: Position(step: step, batchDigest: UInt64(step)),
                content: .knowledge(tensors))
            cohort.handle(
                .received(said, from: .inbox(route: Array("b".utf8))), of: "a")
            cohort.gather("a", step)
            let gathering = try #require(cohort.takeGathering("a"))
            #expect(gathering.absent.count == 1 - step)
            #expect(gathering.absent.allSatisfy { $0.reason.contains("is a feature of shape") })
            #expect(gathering.knowledge.flatMap(\.knowledge.tensors).count == step)
        }
    }

    /// A contract is checked before the knowledge reaches any loss.
    @Test(arguments: [
        (TensorContract(kind: .response, shape: [2, 3]), nil),
        (
            TensorContract(kind: .response, shape: [4, 3]),
            "'logits' is a response of shape [2, 3], not a response of [4, 3]"
        ),
        (
            TensorContract(kind: .relation, shape: [2, 3]),
            "'logits' is a response of shape [2, 3], not a relation of [2, 3]"
        ),
    ])
    func aBrokenContractCountsAsMissing(_ contract: TensorContract, _ reason: String?) throws {
        let cohort = SimulatedCohort(["a": ["b"], "b": []])
        cohort.locksteps["a"] = Lockstep(
            identity: identity("a"), teachers: [Link("b", contract: { _, _ in contract })],
            students: [], contact: nil, limits: ExchangeLimits(), at: .zero)
        cohort.startAll()
        cohort.publish("b", 0)
        cohort.deliverAll()
        cohort.gather("a", 0)
        let gathering = try #require(cohort.takeGathering("a"))
        #expect(gathering.absent == (reason.map { [Absence("b", reason: $0)] } ?? []))
    }

    @Test func knowledgeBeyondTheWindowIsIgnored() throws {
        let cohort = joined(mutual(["a", "b"]))
        cohort.publish("b", 0)
        // b breaks its promise: three steps without a credit.
        var delivery = cohort.underway.removeFirst()
        for step in 0..<3 {
            delivery.message.position.step = step
            cohort.handle(.received(delivery.message, from: delivery.from), of: "a")
        }
        #expect(
            cohort.notices["a"] == [
                "ignored the knowledge of 'b' at step 2: it is more than 2 steps ahead"
            ])
        cohort.gather("a", 0)
        #expect(try #require(cohort.takeGathering("a")).knowledge.map(\.sender) == ["b"])
    }

    @Test func strangersAreIgnoredAndNamedOnce() {
        let cohort = joined(mutual(["a", "b"]))
        let other = identity("b", run: ExchangeIdentity.runIdentifier(of: "other"))
        let stranger = Message(
            sender: other.sender, content: .knowledge(knowledge("b", 0).tensors))
        for _ in 0..<3 {
            cohort.handle(.received(stranger, from: .inbox(route: [9])), of: "a")
        }
        #expect(cohort.notices["a"]?.count == 1)
        #expect(cohort.notices["a"]?.first?.contains("'b'") == true)
        cohort.gather("a", 0)
        #expect(cohort.takeAnswers("a").isEmpty)
    }

    @Test func tooMuchKnowledgeIsRefusedBeforeItIsSent() throws {
        let cohort = joined(mutual(["a", "b"]), limits: ExchangeLimits(messageBytes: 512))
        cohort.handle(.request(.publish(knowledge("a", 0, samples: 100))), of: "a")
        let failure = try #require(cohort.takeFailure("a"))
        #expect(failure.exitCode == .configuration)
        #expect(failure.message.contains("1346 bytes, the limit is 512"), "\(failure.message)")
        #expect(cohort.underway.isEmpty)
    }

    @Test func trafficIsCountedInWholeMessages() throws {
        let cohort = joined(mutual(["a", "b"]))
        let before = try #require(cohort.locksteps["a"]?.traffic["b"])
        cohort.publish("a", 0)
        let sent = try #require(cohort.underway.first?.message)
        cohort.deliverAll()
        let after = try #require(cohort.locksteps["a"]?.traffic["b"])
        let size = WireCodec.encode(sent).reduce(0) { $0 + $1.count }
        #expect(after.messagesSent == before.messagesSent + 1)
        #expect(after.bytesSent == before.bytesSent + size)
        #expect(cohort.locksteps["b"]?.traffic["a"]?.bytesReceived == after.bytesSent)
    }
}

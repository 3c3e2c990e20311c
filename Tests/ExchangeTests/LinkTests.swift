import CohortGraph
import Exchange
import Testing

/// Links that are empty at some steps and rounds, and that carry different tensors to different
/// students.
@Suite(.timeLimit(.minutes(1)))
struct LinkTests {
    typealias Cargo = @Sendable (String, String, Int, Round) -> [String]

    private func joined(_ teaching: Teaching, _ tensorsDue: @escaping Cargo) -> SimulatedCohort {
        let cohort = SimulatedCohort(teaching, tensorsDue: tensorsDue)
        cohort.startAll()
        return cohort
    }

    /// Knowledge with a tensor of each name.
    private func knowledge(_ step: Int, _ names: [String]) -> Knowledge {
        Knowledge(
            epoch: 0, step: step, round: .before, batchDigest: UInt64(step),
            tensors: names.map {
                KnowledgeTensor(name: $0, kind: .feature, shape: [2, 1], values: [1, 2])
            })
    }

    private func publish(_ cohort: SimulatedCohort, _ name: String, _ knowledge: Knowledge) {
        cohort.publish(knowledge, of: name)
    }

    /// Who is sent what, of the knowledge under way.
    private func underway(_ cohort: SimulatedCohort) -> [String: [String]] {
        cohort.underway.reduce(into: [:]) { sent, delivery in
            guard case .knowledge(let tensors) = delivery.message.content else { return }
            sent[delivery.to, default: []] += tensors.map(\.name)
        }
    }

    @Test func nothingIsSentAndNobodyIsWaitedForWhereTheLaneIsEmpty() throws {
        // t teaches s at even steps, u at odd ones.
        let cohort = joined(["t": [], "u": [], "s": ["t", "u"]]) { from, _, step, _ in
            (from == "t") == step.isMultiple(of: 2) ? ["logits"] : []
        }
        for step in 0..<6 {
            let teacher = step.isMultiple(of: 2) ? "t" : "u"
            for name in ["t", "u"] {
                cohort.publish(name, step)
                #expect(cohort.takeDone(name))
            }
            #expect(underway(cohort) == ["s": ["logits"]])
            cohort.gather("s", step)
            #expect(cohort.takeAnswers("s").isEmpty)
            cohort.deliverAll()
            let gathering = try #require(cohort.takeGathering("s"))
            #expect(gathering.knowledge.map(\.sender) == [teacher])
            #expect(gathering.waitedFor == teacher)
            cohort.deliverAll()
        }
    }

    @Test func whereEveryLaneIsEmptyAGatheringIsEmptyAtOnce() throws {
        let cohort = joined(mutual(["a", "b"])) { _, _, step, _ in step == 0 ? ["logits"] : [] }
        cohort.gather("a", 1)
        #expect(try #require(cohort.takeGathering("a")).knowledge.isEmpty)
        cohort.publish("a", 1)
        #expect(cohort.takeDone("a") && cohort.underway.allSatisfy { $0.to == "b" })
        #expect(underway(cohort).isEmpty)
    }

    @Test func pupilsGetTheTensorsOfTheirLanes() throws {
        let needs = ["r": ["logits"], "s": ["map"], "u": ["logits", "map"], "v": ["logits"]]
        let cohort = joined(["t": [], "r": ["t"], "s": ["t"], "u": ["t"], "v": ["t"]]) {
            _, to, _, _ in needs[to] ?? []
        }
        publish(cohort, "t", knowledge(0, ["logits", "map", "unused"]))
        // Those that need the same are sent the same message.
        #expect(underway(cohort) == needs)
        let messages = cohort.underway.map(\.message)
        #expect(Set(messages.map { WireCodec.encode($0) }).count == 3)
        publishedArrives(cohort, needs)
    }

    private func publishedArrives(_ cohort: SimulatedCohort, _ needs: [String: [String]]) {
        cohort.deliverAll()
        for (name, tensors) in needs {
            cohort.gather(name, 0)
            let found = cohort.takeGathering(name)?.knowledge.first?.knowledge.tensors.map(\.name)
            #expect(found == tensors)
        }
    }

    /// A teacher of another configuration, or of another framework, that leaves something out.
    @Test func knowledgeThatLacksATensorCountsAsMissingByName() {
        let cohort = joined(["t": [], "s": ["t"]]) { from, _, _, _ in ["logits", "layer3/map"] }
        publish(cohort, "t", knowledge(0, ["logits"]))
        cohort.deliverAll()
        cohort.gather("s", 0)
        #expect(
            cohort.takeGathering("s")?.absent
                == [Absence("t", reason: "it lacks 'layer3/map' (it has logits)")])
    }

    /// The window counts what was sent and not used, whatever lies between.
    @Test func theWindowCountsExchangesNotSteps() {
        let cohort = joined(["t": [], "s": ["t"]]) { _, _, step, _ in
            step.isMultiple(of: 10) ? ["logits"] : []
        }
        for step in 0...19 {
            cohort.publish("t", step)
            #expect(cohort.takeDone("t"))
        }
        cohort.publish("t", 20)
        cohort.deliverAll()
        #expect(cohort.takeAnswers("t").isEmpty)
        cohort.gather("s", 0)
        #expect(cohort.takeGathering("s") != nil)
        cohort.deliverAll()
        #expect(cohort.takeDone("t"))
    }

    /// t falls silent at step 3 and ends at step 9; s ends with it.
    @Test(arguments: permutations(["t", "s"]))
    func theEndComesAfterASilenceToo(order: [String]) throws {
        let cohort = joined(["t": [], "s": ["t"]]) { _, _, step, _ in step < 3 ? ["logits"] : [] }
        for step in 0..<10 {
            cohort.publish("t", step)
            cohort.deliverAll()
            #expect(cohort.takeDone("t"))
            cohort.gather("s", step)
            #expect(try #require(cohort.takeGathering("s")).knowledge.count == (step < 3 ? 1 : 0))
            cohort.deliverAll()
        }
        for name in order { cohort.finish(name, 9) }
        cohort.pass(.seconds(1))
        for name in order { #expect(cohort.takeDone(name)) }
    }

    /// A student that is not taught at the last steps never asks for them: its teacher waits for
    /// its end.
    @Test func aTeacherWaitsForTheEndOfWhoNeedsNothingMore() {
        let cohort = joined(["t": [], "s": ["t"]]) { _, _, step, _ in step == 0 ? ["logits"] : [] }
        cohort.publish("t", 0)
        cohort.deliverAll()
        cohort.gather("s", 0)
        #expect(cohort.takeGathering("s") != nil)
        cohort.deliverAll()
        _ = cohort.takeAnswers("t")
        cohort.finish("t", 9)
        cohort.pass(.seconds(3))
        #expect(cohort.takeAnswers("t").isEmpty)
        cohort.finish("s", 9)
        cohort.pass(.seconds(1))
        #expect(cohort.takeDone("t") && cohort.takeDone("s"))
    }

    /// Every second step for s, every third for others.
    private static func link(_ peer: String, to student: String) -> Link {
        Link(peer) { step, _ in step.isMultiple(of: student == "s" ? 2 : 3) ? ["logits"] : [] }
    }

    @Test func theSameHoldsOverTheHub() async throws {
        let hub = InMemoryHub()
        let teaching: Teaching = ["t": [], "s": ["t"], "r": ["t"]]
        let results = await runLearners(["t", "s", "r"]) { name in
            let exchange = hub.exchange(
                identity: identity(name), teachers: teaching[name]!.map { Self.link($0, to: name) },
                students: students(of: name, in: teaching).map { Self.link($0, to: $0) })
            try exchange.join()
            let counts = try exchangeSteps(exchange, as: name, 0..<30).map(\.count)
            try exchange.finish(lastStep: 29)
            return counts
        }
        #expect(try results["s"]?.get() == (0..<30).map { $0.isMultiple(of: 2) ? 1 : 0 })
        #expect(try results["r"]?.get() == (0..<30).map { $0.isMultiple(of: 3) ? 1 : 0 })
        #expect(try results["t"]?.get() == Array(repeating: 0, count: 30))
    }
}

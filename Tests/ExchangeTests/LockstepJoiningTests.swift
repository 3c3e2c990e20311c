import Bytes
import CohortGraph
import Exchange
import Simulation
import Testing

@Suite(.timeLimit(.minutes(1)))
struct LockstepJoiningTests {
    @Test(arguments: permutations(["a", "b", "c"]))
    func everyOrderOfStartingJoins(_ order: [String]) {
        let cohort = SimulatedCohort(mutual(["a", "b", "c"]))
        for name in order { cohort.handle(.request(.join), of: name) }
        for name in order {
            cohort.start(name)
            cohort.deliverAll()
        }
        cohort.pass(.seconds(1))
        for name in order { #expect(cohort.takeDone(name)) }
    }

    /// The joining messages of three learners, delivered in random orders, some lost.
    @Test(arguments: 0..<200)
    func everyOrderOfDeliveryJoins(_ seed: UInt64) {
        var random = SplitMix(state: seed)
        let cohort = SimulatedCohort(mutual(["a", "b", "c"]))
        for name in ["a", "b", "c"] {
            cohort.handle(.request(.join), of: name)
            cohort.start(name)
        }
        while let index = cohort.underway.indices.randomElement(using: &random) {
            if Int.random(in: 0..<4, using: &random) == 0 {
                cohort.underway.remove(at: index)
            } else {
                cohort.deliver(at: index)
            }
        }
        cohort.pass(.seconds(2))
        for name in ["a", "b", "c"] { #expect(cohort.takeDone(name)) }
    }

    @Test func nobodyJoinsBeforeItsNeighbours() {
        let cohort = SimulatedCohort(mutual(["a", "b", "c"]))
        for name in ["a", "b"] {
            cohort.handle(.request(.join), of: name)
            cohort.start(name)
        }
        // c's inbox does not exist yet.
        cohort.underway.removeAll { $0.to == "c" }
        cohort.deliverAll()
        cohort.pass(.seconds(6), silent: ["c"])
        #expect(cohort.takeAnswers("a").isEmpty)
        #expect(cohort.notices["a"] == ["waiting 5 s for 'c' to join"])
        cohort.start("c")
        cohort.deliverAll()
        cohort.pass(.seconds(1))
        #expect(cohort.takeDone("a"))
        #expect(cohort.takeDone("b"))
    }

    @Test func aLearnerWithoutNeighboursJoinsAlone() {
        let cohort = SimulatedCohort(["a": []])
        cohort.startAll()
        cohort.handle(.request(.join), of: "a")
        #expect(cohort.takeDone("a"))
        cohort.publish("a", 0)
        #expect(cohort.takeDone("a"))
        cohort.gather("a", 0)
        #expect(cohort.takeGathering("a")?.knowledge.isEmpty == true)
        cohort.finish("a", 0)
        #expect(cohort.takeDone("a"))
    }

    @Test func whoNeverJoinsIsNamed() {
        let cohort = SimulatedCohort(mutual(["a", "b", "c"]))
        for name in ["a", "b"] { cohort.start(name) }
        cohort.handle(.request(.join), of: "a")
        cohort.pass(.seconds(61), silent: ["c"])
        #expect(
            cohort.takeFailure("a")
                == ExchangeFailure(exitCode: .unavailable, message: "'c' did not join within 60 s"))
    }

    struct Misfit: Sendable, CustomTestStringConvertible {
        var code: Refusal.Code
        var exitCode: ExitCode
        var identity: ExchangeIdentity
        var reason: String
        var testDescription: String { "\(code)" }
    }

    static let misfits = [
        Misfit(
            code: .run, exitCode: .notAuthorised,
            identity: identity("b", run: ExchangeIdentity.runIdentifier(of: "other")),
            reason: "belongs to run"),
        Misfit(
            code: .configuration, exitCode: .configuration,
            identity: identity("b", digest: [UInt8](repeating: 8, count: 32)),
            reason: "the settings of 'a' are others"),
        Misfit(
            code: .classes, exitCode: .configuration, identity: identity("b", classes: 10),
            reason: "tells 3 classes apart, not 10"),
        Misfit(
            code: .sampleOrder, exitCode: .configuration, identity: identity("b", order: 2),
            reason: "has other samples, or takes them in another order"),
        Misfit(
            code: .labels, exitCode: .configuration, identity: stating(labels: 9),
            reason: "has other labels of the same samples"),
        Misfit(
            code: .testSamples, exitCode: .configuration, identity: stating(test: 9),
            reason: "has other test samples or test labels"),
        Misfit(
            code: .steps, exitCode: .configuration, identity: stating(steps: 12),
            reason: "'b' learns for 12 steps, and 'a' expects 6"),
        Misfit(
            code: .unknownName, exitCode: .notAuthorised, identity: identity("z"),
            reason: "no 'z' teaches 'a' in this run"),
        Misfit(
            code: .duplicateName, exitCode: .notAuthorised, identity: identity("a"),
            reason: "another learner named 'a'"),
    ]

    /// A learner that states more than it must.
    static func stating(
        _ name: String = "b", labels: UInt64 = 5, test: UInt64 = 7, steps: Int = 6
    ) -> ExchangeIdentity {
        var identity = identity(name)
        (identity.labelDigest, identity.testDigest) = (labels, test)
        identity.steps = ["b": steps]
        return identity
    }

    /// What is not stated agrees with all.
    @Test func aGreetingNeedNotStateLabelsTestsAndSteps() {
        let cohort = SimulatedCohort(
            mutual(["a", "b"]), identities: ["a": Self.stating("a")])
        cohort.startAll()
        cohort.handle(.request(.join), of: "a")
        cohort.deliverAll()
        #expect(cohort.takeDone("a"))
    }

    /// The refused side names the settings that differ.
    @Test func theSettingsThatDifferAreNamed() throws {
        var own = identity("b", digest: [UInt8](repeating: 8, count: 32))
        own.settings = AgreedSettings(["seed": "2", "training.batch": "8"])
        let refusal = Refusal(
            .configuration, "the settings of 'a' are others", settings: "seed=1\ntraining.batch=8\n"
        )
        let cohort = SimulatedCohort(mutual(["a", "b"]), identities: ["b": own])
        cohort.start("b")
        cohort.handle(.request(.join), of: "b")
        let answer = Message(sender: identity("a").sender, content: .refuse(refusal))
        cohort.handle(.received(answer, from: .student("a")), of: "b")
        let failure = try #require(cohort.takeFailure("b"))
        #expect(failure.exitCode == .configuration)
        #expect(
            failure.message
                == "'a' refused 'b': the settings of 'a' are others (seed: 2, there 1)")
    }

    @Test(arguments: misfits)
    func aMisfitIsRefusedByNameAndReason(_ misfit: Misfit) throws {
        let known = ["a": Self.stating("a")]
        let cohort = SimulatedCohort(mutual(["a", "b"]), identities: known)
        cohort.start("a")
        cohort.underway = []
        let greeting = misfit.identity.greeting
        let hello = Message(sender: misfit.identity.sender, content: .hello(greeting))
        cohort.handle(.received(hello, from: .inbox(route: [1])), of: "a")
        guard case .refuse(let refusal) = try #require(cohort.underway.first).message.content
        else { return #expect(Bool(false), "not refused") }
        #expect(refusal.code == misfit.code)
        #expect(refusal.text.contains(misfit.reason), "\(refusal.text)")
        #expect(cohort.notices["a"]?.first?.contains("refused '\(misfit.identity.name)'") == true)

        let other = SimulatedCohort(
            mutual(["a", "b"]), identities: known.merging(["b": misfit.identity]) { $1 })
        other.start("b")
        other.handle(.request(.join), of: "b")
        let answer = cohort.underway[0].message
        other.handle(.received(answer, from: .student("a")), of: "b")
        let failure = try #require(other.takeFailure("b"))
        #expect(failure.exitCode == misfit.exitCode)
        #expect(failure.message.hasPrefix("'a' refused '\(misfit.identity.name)': "))
    }

    @Test func aSecondLearnerOfANameIsRefusedAndTheFirstGoesOn() throws {
        let cohort = SimulatedCohort(mutual(["a", "b"]))
        cohort.startAll()
        let twin = identity("b")
        let hello = Message(
            sender: twin.sender,
            content: .hello(Greeting(classes: 3, sampleOrderDigest: 1, product: "x")))
        cohort.handle(.received(hello, from: .inbox(route: Array("b".utf8))), of: "a")
        guard case .refuse(let refusal) = try #require(cohort.underway.first).message.content
        else { return #expect(Bool(false), "not refused") }
        #expect(refusal.code == .duplicateName)
        cohort.underway = []
        // What the twin teaches is not taken either.
        let forged = Message(
            sender: twin.sender, position: Position(step: 0, batchDigest: 0),
            content: .knowledge(knowledge("b", 0).tensors))
        cohort.handle(.received(forged, from: .inbox(route: Array("b".utf8))), of: "a")
        cohort.gather("a", 0)
        #expect(cohort.takeAnswers("a").isEmpty)
        cohort.publish("b", 0)
        cohort.deliverAll()
        #expect(cohort.takeGathering("a")?.knowledge.map(\.sender) == ["b"])
    }

    @Test func aRefusedNameIsRememberedWhenTheLimitPasses() throws {
        let cohort = SimulatedCohort(
            mutual(["a", "b"]), identities: ["b": identity("b", classes: 10)])
        cohort.handle(.request(.join), of: "a")
        cohort.start("b")
        cohort.deliverAll()
        cohort.start("a")
        cohort.underway = []
        cohort.pass(.seconds(61), silent: ["b"])
        let failure = try #require(cohort.takeFailure("a"))
        #expect(failure.exitCode == .unavailable)
        #expect(
            failure.message == "'b' did not join within 60 s; one of that name was refused: "
                + "'a' tells 3 classes apart, not 10")
    }

    @Test func anotherVersionIsRefusedAndSaysSo() throws {
        let cohort = SimulatedCohort(mutual(["a", "b"]))
        cohort.start("a")
        cohort.underway = []
        let error = WireError(.version, "2, where 1 is spoken here")
        cohort.handle(.damaged(error, from: .inbox(route: [1])), of: "a")
        guard case .refuse(let refusal) = try #require(cohort.underway.first).message.content
        else { return #expect(Bool(false), "not refused") }
        #expect(refusal.code == .protocolVersion)
        #expect(refusal.code.exitCode == .version)
        cohort.handle(.request(.join), of: "a")
        cohort.handle(.damaged(error, from: .student("b")), of: "a")
        #expect(cohort.takeFailure("a")?.exitCode == .version)
    }

    @Test func aPupilMissingFromTheRosterIsNamed() {
        let cohort = SimulatedCohort(mutual(["a", "b"]))
        cohort.handle(.request(.join), of: "a")
        cohort.handle(.roster([RosterEntry(name: "a", contact: Contact(address: "x"))]), of: "a")
        #expect(
            cohort.takeFailure("a")
                == ExchangeFailure(
                    exitCode: .configuration,
                    message: "the rendezvous knows no 'b', which 'a' teaches"))
    }

    @Test func aPupilThatStartedAgainElsewhereIsGreetedThere() {
        var lockstep = Lockstep(
            identity: identity("a"), teachers: [], students: links(["b"]),
            contact: Contact(address: "ipc:///a"), limits: ExchangeLimits(), at: .zero)
        var connected: [String] = []
        for (index, address) in ["old", "old", "new"].enumerated() {
            let roster = [RosterEntry(name: "b", contact: Contact(address: address))]
            let message = Message(sender: identity("rendezvous").sender, content: .roster(roster))
            let actions = lockstep.handle(
                .received(message, from: .rendezvous), at: .seconds(index))
            for case .connect(_, let contact) in actions { connected.append(contact.address) }
        }
        #expect(connected == ["old", "new"])
        // It asks the rendezvous again at every beat, until all have joined.
        let asked = lockstep.handle(.tick, at: .seconds(3)).contains {
            if case .send(let message, [.rendezvous]) = $0 {
                message.content.isRegister
            } else {
                false
            }
        }
        #expect(asked)
    }
}

extension Content {
    fileprivate var isRegister: Bool {
        if case .register = self { true } else { false }
    }
}

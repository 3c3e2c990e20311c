import CohortGraph
import Distillation
import NeuralNetwork
import Testing
import Training

/// What a learner hears through relays teaches it bit for bit as if it heard each of the others.
@Suite(.timeLimit(.minutes(2))) struct RelayTests {
    /// Learners of several shapes that teach one another.
    private func mutual(_ count: Int, _ edge: EdgeOptions) -> TestCohort {
        let names = (0..<count).map { "m\($0)" }
        let members = names.enumerated().map { place, name in
            TestCohort.Member(name: name, architecture: MLP(hidden: [4 + place % 3]))
        }
        return TestCohort(
            members,
            names.map { name in
                EdgeGroup(from: names.filter { $0 != name }, to: name, edge)
            })
    }

    /// The weights and the accuracies of everybody.
    private func outcome(_ cohort: TestCohort, fanOut: Int?) throws -> [String: [String]] {
        var cohort = cohort
        cohort.fanOut = fanOut
        return try cohort.train().mapValues { trained in
            #expect(trained.error == nil)
            return [trained.state.digest]
                + trained.epochs.map { report in
                    "\(report.testAccuracy) \(report.ensembleAccuracy ?? -1)"
                        + " \(report.ensembleMembers.sorted())"
                }
        }
    }

    /// One relay, two levels and three, whatever is combined and softened how.
    @Test(arguments: [
        EdgeOptions(loss: "dml"),
        EdgeOptions(loss: "kd", combination: "probabilities", temperature: 4, weight: 0.5),
        EdgeOptions(loss: "kd", combination: "sum", temperature: 2, form: .probabilities),
    ])
    func everyTopologyGivesTheSameBits(_ edge: EdgeOptions) throws {
        let cohort = mutual(5, edge)
        let mesh = try outcome(cohort, fanOut: nil)
        #expect(mesh.count == 5)
        for fanOut in [8, 3, 2] {
            #expect(try outcome(cohort, fanOut: fanOut) == mesh, "fanOut \(fanOut)")
        }
        #expect(mesh["m0"] != mesh["m3"])
    }

    /// Frozen teachers and students that teach nobody hang on one relay too.
    @Test func aStarGoesThroughRelays() throws {
        let edge = EdgeOptions(loss: "kd", combination: "probabilities", temperature: 3)
        var members = ["t", "u", "v"].map { TestCohort.Member(name: $0, steps: 0) }
        members += [TestCohort.Member(name: "r"), TestCohort.Member(name: "s", steps: 9)]
        let cohort = TestCohort(
            members, ["r", "s"].map { EdgeGroup(from: ["t", "u", "v"], to: $0, edge) })
        let mesh = try outcome(cohort, fanOut: nil)
        for fanOut in [8, 2] {
            #expect(try outcome(cohort, fanOut: fanOut) == mesh, "fanOut \(fanOut)")
        }
    }

    /// A learner's traffic does not grow with the cohort.
    @Test func aLearnerSendsOneMessageAStepHoweverManyThereAre() throws {
        for count in [3, 6] {
            var cohort = mutual(count, EdgeOptions(loss: "dml"))
            cohort.fanOut = 4
            let plan = try cohort.plan
            #expect(
                plan.deliveries.neighbours(of: "m0").teachers
                    == plan.deliveries.neighbours(of: "m0").students)
            #expect(plan.deliveries.neighbours(of: "m0").teachers.count == 1)
        }
    }
}

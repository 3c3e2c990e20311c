import Bytes
import CohortGraph
import Datasets
import Experiment
import Foundation
import Options
import Testing
import Training

/// The plan that a program of another framework is given is what a learner of ours follows.
@Suite(.timeLimit(.minutes(1))) struct LearnerPlanTests {
    private func assembler(_ teaching: String, _ overrides: [String] = []) throws -> Assembler {
        let text = """
            data: {set: digits, labels: {each: 60, private: true}, validation: 100}
            training: {steps: 40, batch: 8, common: 16}
            learners:
              a: {model: mlp, options: {hidden: [8]}}
              b: {model: mlp, options: {hidden: [8]}, training: {steps: 25}}
              p: {external: true}
            teaching:
              - \(teaching)
            exchange: {transport: tcp}
            """
        return try Assembler(
            ExperimentConfiguration(
                text: text, file: "f", name: "f", overrides: overrides, registries: .all))
    }

    @Test(arguments: [
        "mutual: [a, b, p]", "mutual: {among: [p, a, b], order: sequential}",
        "codistill: {among: [a, b, p], burn-in: 7, every: 3}",
        "dense-chain: [a, p, b]", "random-teacher: {from: [a, p], to: b}",
        "mutual: {among: [a, b, p], schedule: {burn-in: 3, until: 20}, carries: probabilities}",
        "mutual: {among: [a, b, p], combine: kdcl-naive}",
    ])
    func everyDeliveryOfEveryStepIsInIt(teaching: String) throws {
        let assembler = try assembler(
            teaching, teaching.contains("kdcl") ? ["data.labels=null", "training.common=null"] : [])
        let plan = try assembler.learnerPlan(of: "p", inStage: 1)
        let own = try assembler.assembly(of: "a", as: .member(stage: 1)).plan.deliveries
        #expect(!plan.links.isEmpty && plan.lasts == 40)
        for link in plan.links {
            for step in 0..<45 {
                for round in own.rounds.rounds {
                    let planned = link.tensors.filter {
                        $0.round == Int(round.rawValue) && holds($0.steps, step)
                    }
                    #expect(
                        Set(planned.map(\.name))
                            == Set(
                                own.tensorsDue(
                                    from: link.from, to: link.to, step: step, round: round)))
                }
            }
        }
    }

    private func holds(_ runs: [[Int]], _ step: Int) -> Bool {
        runs.contains { run in
            (run[0]...run[1]).contains(step) && (step - run[0]).isMultiple(of: run[2])
        }
    }

    @Test func itNamesTheSamplesAndWhatIdentifiesThem() throws {
        let assembler = try assembler("mutual: [a, b, p]")
        let plan = try assembler.learnerPlan(of: "p", inStage: 1)
        #expect(plan.sampleOrder == Array(try assembler.sampleOrderDigest().prefix(8)).hexadecimal)
        #expect(plan.configurationDigest == assembler.configuration.identityDigest)
        #expect(plan.own?.stream == "p" && plan.own?.samples.count == 60)
        #expect(plan.own?.batch == 8 && plan.own?.labelled == true)
        let pool = try #require(plan.common)
        #expect(pool.stream == Sampler.common && pool.batch == 16 && !pool.labelled)
        #expect(pool.samples.count == 1257 - 100 - 180 && plan.validation.count == 100)
        #expect(Set(pool.samples).isDisjoint(with: plan.own?.samples ?? []))
        #expect(plan.data.shape == [1, 8, 8] && plan.data.test == 540)
    }

    @Test(
        arguments: [
            ("wait", nil), ("drop", nil), ("{stale: 2}", nil), ("bank", LearnerPlan.Term.Bank()),
            ("{bank: 9}", LearnerPlan.Term.Bank(age: 9)),
        ] as [(String, LearnerPlan.Term.Bank?)])
    func aTermNamesItsBank(missing: String, bank: LearnerPlan.Term.Bank?) throws {
        let teaching = "mutual: {among: [a, b, p], missing: \(missing)}"
        let plan = try assembler(teaching).learnerPlan(of: "p", inStage: 1)
        #expect(plan.terms.map(\.bank) == [bank])
        #expect(plan.json().contains("\"bank\"") == (bank != nil))
    }

    @Test func itsJSONHasTheNamesOfTheManual() throws {
        let json = try assembler("mutual: [a, b, p]").learnerPlan(of: "p", inStage: 1).json()
        let fields = try #require(
            JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        #expect(fields["format"] as? String == "cohort plan 1")
        #expect(
            Set(fields.keys) == [
                "checkpoints", "classes", "common", "configuration_digest", "data", "epoch",
                "exchange", "format", "lasts", "links", "look_ahead", "name", "own", "role",
                "sample_order", "seed", "stage", "steps", "task", "terms", "validation",
            ])
    }

    @Test func nobodyElseHasOne() throws {
        #expect(throws: SettingError.self) {
            try assembler("mutual: [a, b, p]").learnerPlan(of: "q", inStage: 1)
        }
    }
}

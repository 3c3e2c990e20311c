import Experiment
import Testing

@Suite(.timeLimit(.minutes(1))) struct CheckTests {
    @Test func saysWhatACohortIs() throws {
        let read = try configuration(
            """
            name: trio
            data: {labels: {each: 60, private: true}}
            training: {epochs: 2, batch: 32, common: 64, smoothing: 0.1}
            learners:
              a: {model: mlp, view: infrared}
              long-name: {model: lenet, task: 0.5}
              c: {external: true}
            teaching:
              - mutual: {among: [a, long-name, c], temperature: 2}
              - mutual: {among: [a, c, long-name], loss: dml_e, weight: 0.25}
            compare: {alone: true}
            exchange: {transport: tcp}
            """)
        let facts = CheckFacts(
            steps: { _ in 42 }, parameters: { $0.name == "a" ? 4810 : nil },
            shape: { _ in [1, 8, 8] })
        #expect(
            read.checkReport(facts) == """
                trio: 3 learners by tcp, seed 1; each also alone

                learners
                learner    model    input           parameters  role               steps          batch           optimizer  schedule
                a          mlp      infrared 1×8×8  4810        student            42 (2 epochs)  32 + 64 common  sgd        constant
                long-name  lenet    1×8×8           -           student            42 (2 epochs)  32 + 64 common  sgd        constant
                c          its own  1×8×8           -           student, external  42 (2 epochs)  32 + 64 common  sgd        constant

                teaching
                from          to         knowledge  loss   temperature  weight  combination
                long-name, c  a          response   dml    2            1       pairwise
                a, c          long-name  response   dml    2            1       pairwise
                a, long-name  c          response   dml    2            1       pairwise
                long-name, c  a          response   dml_e  1            0.25    probabilities
                a, c          long-name  response   dml_e  1            0.25    probabilities
                a, long-name  c          response   dml_e  1            0.25    probabilities

                losses
                a: 1·cross-entropy (labels smoothed by 0.1) + 1·mean of KL(long-name‖a), KL(c‖a) at T = 2, times 2² + 0.25·KL(mean of long-name, c‖a) at T = 1, taught on the common pool
                long-name: 0.5·cross-entropy (labels smoothed by 0.1) + 1·mean of KL(a‖long-name), KL(c‖long-name) at T = 2, times 2² + 0.25·KL(mean of a, c‖long-name) at T = 1, taught on the common pool
                c: 1·cross-entropy (labels smoothed by 0.1) + 1·mean of KL(a‖c), KL(long-name‖c) at T = 2, times 2² + 0.25·KL(mean of a, long-name‖c) at T = 1, taught on the common pool

                recovery
                a checkpoint every 1000 steps and at the end, the last 2 kept; each is at most 3 times started again

                digest
                \(read.digest)
                \(read.identityDigest) without how long learners train: messages carry it

                """)
    }

    @Test func saysThatNobodyTeaches() throws {
        let read = try configuration("training: {steps: 7}\nlearners: {a: {model: mlp}}")
        #expect(
            read.checkReport() == """
                f: 1 learner, nobody teaches, seed 1

                learners
                learner  model  input  parameters  role     steps  batch  optimizer  schedule
                a        mlp    -      -           student  7      64     sgd        constant

                losses
                a: 1·cross-entropy

                recovery
                a checkpoint every 1000 steps and at the end, the last 2 kept; each is at most 3 times started again

                digest
                \(read.digest)
                \(read.identityDigest) without how long learners train: messages carry it

                """)
    }
}

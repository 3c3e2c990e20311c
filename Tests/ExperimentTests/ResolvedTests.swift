import Bytes
import Experiment
import Options
import Testing

@Suite(.timeLimit(.minutes(1))) struct ResolvedTests {
    static let text = """
        name: pair
        data: {set: digits, options: {folder: /data}, labels: {each: 60, private: true}}
        training: {steps: 60, batch: 32, common: 48, optimizer: {kind: sgd, momentum: 0.9}}
        learners:
          a: {model: mlp, options: {hidden: [64]}}
          b: {model: lenet, task: 0.5, data: {set: mine}, training: {batch: 8, optimizer: adamw}}
        teaching:
          - mutual: [a, b]
        """

    @Test func writesEveryDefault() throws {
        #expect(
            try configuration(Self.text).resolvedYAML() == """
                name: pair
                title: pair
                seed: 1
                data:
                  set: digits
                  options:
                    folder: /data
                  labels:
                    each: 60
                    private: true
                training:
                  steps: 60
                  batch: 32
                  common: 48
                  optimizer:
                    kind: sgd
                    rate: 0.1
                    momentum: 0.9
                    nesterov: false
                    decay: 0.0
                  schedule:
                    kind: constant
                  smoothing: 0.0
                  evaluate: 1
                  interval: 20
                learners:
                  a:
                    model: mlp
                    options:
                      hidden: [64]
                    role: student
                    external: false
                    task: 1.0
                    objective: sum
                  b:
                    model: lenet
                    options:
                      channels: [32, 64]
                      hidden: 512
                    role: student
                    external: false
                    task: 0.5
                    objective: sum
                    data:
                      set: mine
                    training:
                      steps: 60
                      batch: 8
                      optimizer:
                        kind: adamw
                        rate: 0.001
                      schedule:
                        kind: constant
                      smoothing: 0.0
                teaching:
                  - mutual:
                      among: [a, b]
                      order: simultaneous
                      loss: dml
                      knowledge: response
                      combine: pairwise
                      temperature: 1.0
                      weight: 1.0
                      taps:
                        from: []
                        to: []
                      schedule:
                        kind: constant
                        burn-in: 0
                        ramp: 0
                        shape: linear
                        in: steps
                        every: 1
                      gate: through
                      carries: logits
                      codec: auto
                      version: current
                      missing: wait
                      inputs: order
                compare:
                  alone: false
                sinks: []
                exchange:
                  transport: ipc
                  host: 127.0.0.1
                  keys: keys
                  topology: auto
                  fan: 64
                  window: 2
                  quorum: none
                  journal: 256.0
                  timeouts:
                    join: 60.0
                    step: 120.0
                    missing: 2.0
                  quarantine:
                    strikes: 3
                    steps: 100
                checkpoints:
                  every: 1000
                  keep: 2
                restarts: 3
                runs: runs

                """)
    }

    @Test(arguments: [
        [], ["runs=\"a b: #\""], ["learners.c={external: true}", "exchange.transport=tcp"],
        ["training.threads=3", "learners.a.training={threads: 2}"], ["teaching="],
        ["training.clip=1e-3", "seed=18446744073709551615", "training.evaluate=0"],
        ["learners.a.training={epochs: 3}", "learners.b.training.epochs=3"],
    ])
    func readsBackAsAnEqualConfiguration(overrides: [String]) throws {
        let first = try configuration(Self.text, overrides: overrides)
        let second = try ExperimentConfiguration(
            text: first.resolvedYAML(), file: "g", name: "other", registries: registries)
        #expect(second == first)
        #expect(second.resolvedYAML() == first.resolvedYAML())
        #expect(second.digest == first.digest)
    }

    /// What learners agree on, as the digest sees it.
    static let canonical = """
        cohort configuration 2
        seed: 1
        data:
          set: digits
          labels:
            each: 60
            private: true
        teaching:
          - mutual:
              among: [a, b]
              order: simultaneous
              loss: dml
              knowledge: response
              combine: pairwise
              temperature: 1.0
              weight: 1.0
              taps:
                from: []
                to: []
              schedule:
                kind: constant
                burn-in: 0
                ramp: 0
                shape: linear
                in: steps
                every: 1
              gate: through
              carries: logits
              codec: auto
              version: current
              missing: wait
              inputs: order
        exchange:
          topology: auto
          fan: 64
          window: 2
          quorum: none
          quarantine:
            strikes: 3
            steps: 100
        learners:
          a:
            model: mlp
            options:
              hidden: [64]
            role: student
            task: 1.0
            objective: sum
            training:
              steps: 60
              batch: 32
              common: 48
              optimizer:
                kind: sgd
                rate: 0.1
                momentum: 0.9
                nesterov: false
                decay: 0.0
              schedule:
                kind: constant
              smoothing: 0.0
              evaluate: 1
          b:
            model: lenet
            options:
              channels: [32, 64]
              hidden: 512
            role: student
            task: 0.5
            objective: sum
            data:
              set: mine
            training:
              steps: 60
              batch: 8
              common: 48
              optimizer:
                kind: adamw
                rate: 0.001
              schedule:
                kind: constant
              smoothing: 0.0
              evaluate: 1

        """

    @Test func theDigestIsOfTheCanonicalForm() throws {
        let read = try configuration(Self.text)
        #expect(read.digest == SHA256.hexadecimal(Array(Self.canonical.utf8)))
        // Python: hashlib.sha256(canonical).hexdigest()
        #expect(
            read.digest == "ff3af17a6e218ddb92116f3d0769352daca042e9c9b9e7cd85d72be34df3125d")
    }

    @Test(arguments: [
        "name=other", "runs=elsewhere", "training.threads=4", "training.interval=1",
        "training.gradients=4",
        "exchange.transport=tcp", "exchange.host=10.0.0.1", "exchange.timeouts={join: 1, step: 2}",
        "exchange.journal=9", "checkpoints={every: 5, keep: 9}", "restarts=0",
        "compare.alone=true", "data.options.folder=/elsewhere", "learners.b.training.threads=3",
        "learners.b.data.options={folder: x}", "learners.a.external=false",
        "learners.a={external: true, command: ./train, model: mlp, options: {hidden: [64]}}",
        "training.optimizer.rate=1e-1", "teaching.0.mutual={among: [a, b], temperature: 1}",
    ])
    func theDigestIgnoresWhatMayDiffer(override: String) throws {
        #expect(
            try configuration(Self.text, overrides: [override]).digest
                == configuration(Self.text).digest)
    }

    @Test func everythingElseChangesTheDigest() throws {
        let overrides = [
            "seed=2", "data.set=other", "data.labels.each=61", "training.steps=61",
            "training.batch=33", "training.common=49", "training.optimizer.rate=0.2",
            "training.schedule=cosine", "training.clip=1", "training.smoothing=0.1",
            "training.evaluate=2", "learners.a.model=plain-cnn", "learners.a.options.hidden=[65]",
            "learners.a.task=0.9", "learners.a.role=assistant", "learners.a.view=infrared",
            "learners.b.data.set=other",
            "learners.b.training.batch=9", "learners.c={model: mlp}",
            "teaching.0.mutual.weight=2", "teaching.0.mutual.loss=dml_e", "teaching=",
            "exchange.window=3", "exchange.quorum=majority", "exchange.topology=mesh",
            "exchange.fan=9",
        ]
        var digests = [try configuration(Self.text).digest]
        for override in overrides {
            let more = override.hasPrefix("learners.a.model") ? ["learners.a.options="] : []
            digests.append(
                try configuration(Self.text, overrides: [override] + more).digest)
        }
        #expect(Set(digests).count == overrides.count + 1)
    }
}

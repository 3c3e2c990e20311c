import CohortGraph
import Experiment
import Options
import TestRegistries
import Testing

@Suite(.timeLimit(.minutes(1))) struct ConfigurationTests {
    @Test func readsTheWholeGrammar() throws {
        let read = try configuration(
            """
            name: digits.mutual-2
            seed: 18446744073709551615
            data: {set: digits, labels: {each: 60, private: true}}
            training:
              steps: 600
              batch: 32
              common: 48
              optimizer: {kind: sgd, rate: 0.1, momentum: 0.9, decay: 5e-4}
              schedule: {kind: cosine, floor: 0.01}
              clip: 2
              smoothing: 0.1
              evaluate: 3
              interval: 5
              threads: 2
            learners:
              b: {model: mlp, options: {hidden: [64]}, task: 0.5}
              a: {model: lenet, data: {set: mine}, training: {batch: 8, optimizer: {rate: 0.2}}}
              p: {external: true, role: assistant}
            teaching:
              - mutual: {among: [a, b], loss: dml_e, weight: 2}
              - mutual: [b, p]
            compare: {alone: true}
            exchange:
              {transport: tcp, host: 10.0.0.1, advertise: 10.1.1.1, window: 4, timeouts: {join: 5, step: 7}}
            runs: /tmp/runs
            """)
        #expect(read.name == "digits.mutual-2")
        #expect(read.seed == .max)
        #expect(read.data.hasPrivateLabels && read.data.hasPool)
        #expect(read.training.budget == .steps(600))
        #expect((read.training.batch, read.training.common) == (32, 48))
        #expect(read.training.optimizer.name == "sgd")
        #expect(
            read.training.optimizer.options.yaml
                == "rate: 0.1\nmomentum: 0.9\nnesterov: false\ndecay: 0.0005\n")
        #expect(read.training.schedule.options.yaml == "floor: 0.01\n")
        #expect((read.training.clip, read.training.smoothing) == (2, 0.1))
        #expect((read.training.evaluate, read.training.interval) == (3, 5))
        #expect(read.training.threads == 2)
        #expect(read.learners.map(\.name) == ["b", "a", "p"])
        #expect(read["b"]?.model?.options.yaml == "hidden: [64]\n")
        #expect(read["b"]?.task == 0.5)
        #expect(read["a"]?.data?.setting.yaml == "set: mine\n")
        #expect(read["p"]?.node == Learner(name: "p", role: .assistant, isExternal: true))
        #expect(read.graph.learners.map(\.name) == ["b", "a", "p"])
        let ensemble = EdgeOptions.known(loss: "dml_e", combination: "probabilities", weight: 2)
        #expect(
            read.graph.groups == [
                EdgeGroup(from: ["a"], to: "b", ensemble),
                EdgeGroup(from: ["b"], to: "a", ensemble),
                EdgeGroup(from: ["p"], to: "b", EdgeOptions.known(loss: "dml")),
                EdgeGroup(from: ["b"], to: "p", EdgeOptions.known(loss: "dml")),
            ])
        #expect(read.comparesAlone)
        let exchange = read.exchange
        #expect((exchange.transport, exchange.host, exchange.window) == (.tcp, "10.0.0.1", 4))
        #expect(exchange.advertised == "10.1.1.1")
        #expect((exchange.joinLimit, exchange.stepLimit) == (5, 7))
        #expect(read.runs == "/tmp/runs")
    }

    @Test func hasDefaults() throws {
        let read = try configuration("training: {epochs: 2}\nlearners: {a: {model: mlp}}")
        #expect((read.name, read.seed, read.runs) == ("f", 1, "runs"))
        #expect(read.data.setting.yaml == "set: digits\n")
        #expect((read.training.batch, read.training.common) == (64, 64))
        #expect((read.training.optimizer.name, read.training.schedule.name) == ("sgd", "constant"))
        #expect(read.training.clip == nil && read.training.threads == nil)
        #expect((read["a"]?.role, read["a"]?.task) == (.student, 1))
        #expect(read.graph.groups.isEmpty && !read.comparesAlone)
        let exchange = read.exchange
        #expect((exchange.transport, exchange.host, exchange.window) == (.ipc, "127.0.0.1", 2))
        #expect((exchange.joinLimit, exchange.stepLimit) == (60, 120))
        #expect((exchange.security, exchange.keys) == (.plain, "keys"))
    }

    /// Only sockets that none but this host reaches are plain unasked.
    @Test(arguments: [
        ("{transport: ipc}", "plain"), ("{transport: tcp}", "plain"),
        ("{transport: tcp, host: 127.9.9.9}", "plain"),
        ("{transport: tcp, host: '[::1]'}", "plain"),
        ("{transport: tcp, host: 10.0.0.1}", "curve"), ("{transport: tcp, host: 0.0.0.0}", "curve"),
        ("{transport: tcp, host: 1127.0.0.1}", "curve"),
        ("{transport: tcp, host: 127.0.0.1.example.org}", "curve"),
        ("{transport: tcp, host: 10.0.0.1, security: plain}", "plain"),
        ("{transport: ipc, security: curve}", "curve"),
    ])
    func isSecureAcrossHosts(exchange: String, security: String) throws {
        let text = "training: {epochs: 2}\nlearners: {a: {model: mlp}}\nexchange: \(exchange)"
        let read = try configuration(text)
        #expect(read.exchange.security.rawValue == security)
        #expect(try configuration(read.resolvedYAML()).exchange == read.exchange)
    }

    /// A plain run that is repeated on another address is a secured one.
    @Test func aResolvedConfigurationAsksForNothingByName() throws {
        let text = "training: {epochs: 2}\nlearners: {a: {model: mlp}}\nexchange: {transport: tcp}"
        let resolved = try configuration(text).resolvedYAML()
        #expect(!resolved.contains("security"))
        let moved = resolved.replacing("127.0.0.1", with: "10.0.0.1")
        #expect(try configuration(moved).exchange.security == .curve)
    }

    @Test func aLearnerChangesWhatItNames() throws {
        let read = try configuration(
            """
            training: {epochs: 2, clip: 1, optimizer: {kind: sgd, rate: 0.5, momentum: 0.9}}
            learners:
              plain: {model: mlp, training: }
              tuned: {model: mlp, training: {optimizer: {rate: 0.25}, schedule: cosine}}
              other: {model: mlp, training: {steps: 9, batch: 7, optimizer: {kind: adamw}, threads: 1}}
            """)
        #expect(read["plain"]?.training == read.training)
        let tuned = try #require(read["tuned"]?.training)
        #expect(
            tuned.optimizer.options.yaml
                == "rate: 0.25\nmomentum: 0.9\nnesterov: false\ndecay: 0.0\n")
        #expect((tuned.schedule.name, tuned.clip, tuned.budget) == ("cosine", 1, .epochs(2)))
        let other = try #require(read["other"]?.training)
        #expect((other.budget, other.batch, other.common) == (.steps(9), 7, 64))
        #expect(other.optimizer.options.yaml == "rate: 0.001\n")
    }

    @Test func aCohortNeedNotTeach() throws {
        let read = try configuration(
            """
            data: {labels: {each: 5, private: true}}
            training: {steps: 2}
            learners: {a: {model: mlp}, b: {model: mlp}}
            teaching: []
            """)
        #expect(read.graph.groups.isEmpty)
    }
}

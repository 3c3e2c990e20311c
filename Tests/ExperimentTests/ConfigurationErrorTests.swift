import Bytes
import Experiment
import Options
import Testing

@Suite(.timeLimit(.minutes(1))) struct ConfigurationErrorTests {
    static let mlp = "learners: {a: {model: mlp}}"
    static let two = "learners: {a: {model: mlp}, b: {model: mlp}}\nteaching: [mutual: [a, b]]"
    static let steps = "training: {steps: 5}"

    func expect(_ message: String, of text: String) {
        let error = #expect(throws: SettingError.self, "\(text)") { try configuration(text) }
        #expect(error?.problems.first?.description == message)
    }

    @Test(arguments: [
        (
            "sed: 1",
            "f:1: configuration: unknown key 'sed': did you mean 'seed'? known: name,"
                + " title, seed, data, training, learners, teaching, compare, sinks, exchange,"
                + " checkpoints, restarts, runs"
        ),
        (
            "sinks: [csv, tensorbord]",
            "f:1: configuration: sinks: unknown 'tensorbord': did you mean 'tensorboard'? known:"
                + " tensorboard, csv"
        ),
        (
            "sinks: metrics",
            "f:1: configuration: sinks: 'metrics' is written by every learner; leave it out"
        ),
        (
            "\(steps)\nsinks:\n- csv\n- console\n\(mlp)",
            "f:4: configuration: sinks: 'console' follows from how a process is started, and no"
                + " configuration chooses it; known: tensorboard, csv"
        ),
        ("sinks: [csv, csv]", "f:1: configuration: sinks: 'csv' is named twice"),
        (
            "sinks:\n- {kind: csv, images: 8}",
            "f:2: configuration: sinks: csv: unknown key 'images': it has no options"
        ),
        (
            "sinks:\n- {kind: tensorboard, images: 101}",
            "f:2: configuration: sinks: tensorboard: images is 101; it lies in 0...100"
        ),
        ("seed: -1", "f:1: configuration: seed is -1; it lies in 0...18446744073709551615"),
        (
            "seed: '1'",
            "f:1: configuration: seed is '1' in quotes, and so text; leave the quotes out"
        ),
        ("seed:", "f:1: configuration: seed has no value; give one or leave the key out"),
        ("- a", "f:1: configuration: a map of options is expected"),
        (
            "name: a/b",
            "f:1: configuration: name is 'a/b'; use letters, digits, '.', '_' and '-',"
                + " a letter or digit first, 64 at most, and `title` for any other text"
        ),
        (
            "compare: {alnoe: true}",
            "f:1: compare: unknown key 'alnoe': did you mean 'alone'? known: alone"
        ),
        ("runs: ''", "f:1: configuration: runs is empty; name a folder"),
        (
            "\(steps)\nexchange: {host: ''}\n\(mlp)",
            "f:2: exchange: host is empty; name an address"
        ),
        (
            "\(steps)\nexchange: {advertise: ''}\n\(mlp)",
            "f:2: exchange: advertise is empty; name the address that others connect to"
        ),
        ("compare: true", "f:1: compare: a map of options is expected"),
        (
            "\(steps)\nexchange: {transport: udp}\n\(mlp)",
            "f:2: exchange: transport is one of ipc, tcp and not 'udp'"
        ),
        (
            "\(steps)\nexchange: {timeouts: {joins: 1}}\n\(mlp)",
            "f:2: exchange: timeouts: unknown key 'joins': did you mean 'join'? known: join, step, missing"
        ),
        (
            "data: {sett: digits}",
            "f:1: data: unknown key 'sett': did you mean 'set'? known: set, options, labels,"
                + " validation"
        ),
    ])
    func ofTheWhole(text: String, message: String) {
        expect(message, of: text)
    }

    @Test(arguments: [
        (mlp, "f:1: training: steps or epochs is needed: how long to train"),
        ("training: {batch: 3}", "f:1: training: steps or epochs is needed: how long to train"),
        (
            "training:\n  epochs: 2\n  steps: 3",
            "f:3: training: steps and epochs exclude each other; leave one out (on the command line:"
                + " training.epochs=null)"
        ),
        ("training: {steps: 0}", "f:1: training: steps is 0; it lies in 1...1000000000"),
        ("training: {steps: 1.5}", "f:1: training: steps is 1.5, not a whole number"),
        ("training: {steps: 1, batch: 0}", "f:1: training: batch is 0; it lies in 1...1000000"),
        (
            "training: {steps: 1, smoothing: 1}",
            "f:1: training: smoothing is 1.0; it lies in 0.0...0.99"
        ),
        (
            "training:\n  steps: 1\n  optimizer: {rate: 0.1,\n     momentun: 0.9}",
            "f:4: optimizer 'sgd': unknown key 'momentun': did you mean 'momentum'? known: rate,"
                + " momentum, nesterov, decay"
        ),
        (
            "training:\n  steps: 1\n  optimizer: {rate: 0.1,\n     kind: adam}",
            "f:4: unknown optimizer 'adam': did you mean 'adamw'? known: sgd, adamw"
        ),
        (
            "training: {steps: 1, optimizer: [sgd]}",
            "f:1: training: optimizer: write a name, or a map with its kind"
        ),
        (
            "training: {steps: 1, optimizer: {kind: [sgd]}}",
            "f:1: training: optimizer: kind is a name"
        ),
        (
            "training: {steps: 1, schedule: linear}",
            "f:1: unknown schedule 'linear': known: constant, cosine"
        ),
        (
            "training: {steps: 1, schedule: {kind: cosine, floor: 2}}",
            "f:1: schedule 'cosine': floor is 2.0; it lies in 0.0...1.0"
        ),
        (
            "training: {steps: 1, common: 7}\n\(mlp)",
            "f:1: training: common is the batch of a pool, and the data have none; leave it out, or"
                + " add `pool: rest` to the labels"
        ),
    ])
    func ofTraining(text: String, message: String) {
        expect(message, of: text)
    }

    @Test(arguments: [
        ("", "f:1: learners: nobody is named; add them, as in `learners: {a: {model: mlp}}`"),
        (
            "learners: {}",
            "f:2: learners: nobody is named; add them, as in `learners: {a: {model: mlp}}`"
        ),
        ("learners: [a]", "f:2: learners: a map of options is expected"),
        (
            "learners:\n  x y: {model: mlp}",
            "f:3: learners: 'x y' is not a learner's name; use letters, digits, '_' and '-', a letter or digit"
                + " first, 32 at most"
        ),
        (
            "learners:\n  a: {model: mlp}\n  a: {}",
            "f:3: 'a' is set here and again in line 4; keep one of them"
        ),
        (
            "learners:\n  a: {}",
            "f:3: learner 'a': model is missing; name one, as in `a: {model: mlp}`"
        ),
        ("learners: {a: mlp}", "f:2: learner 'a': a map of options is expected"),
        (
            "learners:\n  a: {modell: mlp}",
            "f:3: learner 'a': unknown key 'modell': did you mean 'model'? known: model, options,"
                + " role, external, command, weights, source, task, strong-task, task-gate,"
                + " attack, mispaired, objective, view, replicas, data, labelled, task-order,"
                + " quantize, classifier, assists, on-policy, training"
        ),
        (
            "learners:\n  a:\n    model: mpl",
            "f:4: unknown model 'mpl': did you mean 'mlp'? known: mlp, lenet, plain-cnn, resnet8"
        ),
        (
            "learners:\n  a:\n    model: mlp\n    options: {hiden: [4]}",
            "f:5: model 'mlp': unknown key 'hiden': did you mean 'hidden'? known: hidden"
        ),
        (
            "learners: {a: {model: mlp, role: master}}",
            "f:2: learner 'a': role is one of student, teacher, assistant, generator,"
                + " frozen-generator, block and not 'master'"
        ),
        (
            "learners: {a: {model: mlp, task: -1}}",
            "f:2: learner 'a': task is -1.0; it lies in 0.0...1000000.0"
        ),
        (
            "learners: {a: {model: mlp, task: 0}}",
            "f:2: learner 'a' has nothing to learn: its task has weight 0 and nobody teaches it"
        ),
        (
            "learners:\n  a: {model: mlp, training: {interval: 4}}",
            "f:3: learner 'a': training: interval is the whole cohort's; set it in the cohort's own"
                + " training"
        ),
        (
            "learners:\n  a: {model: mlp, training: {bach: 4}}",
            "f:3: learner 'a': training: unknown key 'bach': did you mean 'batch'? known: epochs,"
                + " steps, batch, common, optimizer, schedule, clip, smoothing, accumulate,"
                + " class-weights, mixup, cutmix, best, patience, average, evaluate, interval,"
                + " gradients, threads"
        ),
        (
            "learners:\n  a: {model: mlp, training: fast}",
            "f:3: learner 'a': training: a map of options is expected"
        ),
        (
            "learners: {a: {model: mlp, role: teacher}}",
            "f:2: learners: all are teachers, so that nobody learns; add a student"
        ),
        (
            "learners:\n  a: {model: mlp}\n  t: {model: mlp, role: teacher}",
            "f:4: learner 't' is a teacher and teaches nobody; name it in teaching, or leave it out"
        ),
        (
            "learners:\n  a: {model: mlp}\n  p: {external: true}",
            "f:4: learner 'p' is external and cannot reach the private sockets of ipc; set"
                + " exchange.transport to tcp, or let the launcher start it by `command`"
        ),
        (
            "learners:\n  a: {model: mlp, command: ./train}",
            "f:3: learner 'a': command starts the program of an external learner; write external:"
                + " true beside"
        ),
        (
            "learners: {p: {external: true}}\nexchange: {transport: tcp}",
            "f:2: learners: all are external, so that there is nobody to start; add one that is"
                + " not, or a `command` that starts one"
        ),
    ])
    func ofLearners(text: String, message: String) {
        expect(message, of: "\(Self.steps)\n\(text)")
    }

    @Test(arguments: [
        (
            "\(mlp)\nteaching: mutual",
            "f:3: teaching: a list of presets is expected, each as in `- mutual: [a, b]`"
        ),
        (
            "\(mlp)\nteaching: [mutual]",
            "f:3: teaching: each item is one preset with its options, as in `- mutual: [a, b]`"
        ),
        (
            "\(mlp)\nteaching:\n  - {mutual: [a, b], ring: [a, b]}",
            "f:4: teaching: each item is one preset with its options, as in `- mutual: [a, b]`"
        ),
        (
            "\(mlp)\nteaching:\n  - mutal: [a, b]",
            "f:4: unknown preset 'mutal': did you mean 'mutual'? known: mutual, teach, chain,"
                + " dense-chain, average, random-teacher, two-teachers, codistill, pate, ring,"
                + " transfer-graph, okddip, pcl, byot, one, cl-ilr, dcm, ps-kd, mean-teacher, cs-kd,"
                + " snapshot, born-again, lwf, lwm, icarl, simkd, residual, data-free,"
                + " follow-generator, blockwise, afd, kdgan, edge"
        ),
        (
            "\(mlp)\nteaching:\n  - mutual:\n    - a\n    - b",
            "f:6: preset 'mutual': unknown learner 'b': known: a"
        ),
        (
            "\(mlp)\ncompare: {alone: true}",
            "f:3: compare: alone would train the same learners twice, as nobody teaches; leave it out,"
                + " or add teaching"
        ),
        (
            "\(two)\ndata:\n  labels: {each: 3, private: true, pool: none}",
            "f:5: data: private labels without a pool leave no common samples to teach on; add `pool:"
                + " rest` to the labels"
        ),
        (
            """
            learners:
              a: {model: mlp}
              b: {model: mlp, training: {batch: 6}}
            teaching: [mutual: [a, b]]
            """,
            "f:4: learner 'b' has batches of 6, and those that teach one another on their labelled"
                + " samples all take 64; give it the same batch"
        ),
    ])
    func ofTeaching(text: String, message: String) {
        expect(message, of: "\(Self.steps)\n\(text)")
    }

    @Test func aBatchMayDifferBesideAPool() throws {
        let read = try configuration(
            """
            data: {labels: {each: 3, private: true}}
            training: {steps: 5, common: 9}
            learners: {a: {model: mlp}, b: {model: mlp, training: {batch: 6}}}
            teaching: [mutual: [a, b]]
            """)
        #expect(read.learners.map(\.training.batch) == [64, 6])
        #expect(read.learners.map(\.training.common) == [9, 9])
    }

    @Test(arguments: [
        ("does-not-exist.yaml", 66, "does-not-exist.yaml: there is no such file"),
        ("/", 66, "/: the file cannot be read"),
    ])
    func filesThatCannotBeRead(path: String, code: Int32, message: String) {
        let error = #expect(throws: ConfigurationError.self) {
            try ExperimentConfiguration.load(path, registries: registries)
        }
        #expect(error?.exitCode == ExitCode(rawValue: code))
        #expect(error?.description == message)
    }

    @Test func whatIsWrongInAFileEndsWith78() {
        let path = experiments.appendingPathComponent("mutual-two.yaml").path
        let error = #expect(throws: ConfigurationError.self) {
            try ExperimentConfiguration.load(path, overrides: ["seed=x"], registries: registries)
        }
        #expect(error?.exitCode == .configuration)
        #expect(
            error?.description
                == "seed=x on the command line: configuration: seed is 'x', not a whole number")
    }
}

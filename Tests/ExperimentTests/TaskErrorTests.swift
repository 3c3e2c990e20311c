import Datasets
import Experiment
import Foundation
import Options
import Testing

/// What is refused where learners meet tasks one after another, each at its place.
@Suite(.timeLimit(.minutes(1))) struct TaskErrorTests {
    private func text(
        tasks: String = "{classes: [[0, 1], [2, 3], [4, 5], [6, 7], [8, 9]]}",
        training: String = "{steps: 20}", a: String = "model: mlp", b: String = "model: mlp",
        teaching: String = "mutual: [a, b]"
    ) -> String {
        """
        data: {set: digits, tasks: \(tasks)}
        training: \(training)
        learners:
          a: {\(a)}
          b: {\(b)}
        teaching:
          - \(teaching)
        """
    }

    private func mistakes(_ text: String) -> [String] {
        do throws(SettingError) {
            _ = try ExperimentConfiguration(
                text: text, file: "f", name: "f", registries: .all)
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    @Test(arguments: [
        ("0", "f:1: data: tasks: count is 0; it lies in 1...1000"),
        ("{setting: class}", "data: tasks: count or classes is needed"),
        ("{count: 2, setting: clas}", "f:1: data: tasks: setting is one of class, domain, task"),
        ("{count: 3, classes: [[0], [1]]}", "f:1: data: tasks: count is 3, and classes lists 2"),
        ("{classes: 5}", "f:1: data: tasks: classes is a list with a list of classes"),
        ("{classes: [[0, 1], 2]}", "f:1: data: tasks: task 2 is a list of classes"),
        ("{classes: [[0, 1], []]}", "f:1: data: tasks: task 2 is a list of classes"),
        (
            "{classes: [[0, 1], [1, 2]]}",
            "f:1: data: tasks: class 1 stands in task 1 and in task 2; leave it out of one"
        ),
        ("{count: 5, outputs: new, setting: task}", "f:1: data: tasks: outputs is 'new', which is"),
        ("{count: 5, joint: true, exemplars: 9}", "f:1: data: tasks: exemplars are of earlier"),
        ("{count: 5, classify: nearest-mean}", "classify is 'nearest-mean', which needs exemplars"),
        ("{count: 5, clases: [[0]]}", "f:1: data: tasks: unknown key 'clases'"),
    ])
    func ofTasks(tasks: String, message: String) {
        let found = mistakes(text(tasks: tasks))
        #expect(found.count == 1 && found.first?.contains(message) == true, "\(found)")
    }

    @Test func ofLabelsThatAreNotShared() {
        let found = mistakes(
            """
            data: {set: digits, labels: {each: 60, private: true}, tasks: 5}
            training: {steps: 20}
            learners:
              a: {model: mlp}
            """)
        #expect(found.contains { $0.hasPrefix("f:1: data: tasks divide the labelled samples") })
    }

    /// All mistakes of learners and edges are reported at once.
    @Test func ofLearnersAndEdgesAllTogether() {
        let found = mistakes(
            text(
                training: "{steps: 20, smoothing: 0.1}",
                a: "model: mlp, task-order: [1, 2, 3, 4, 4]",
                b: "model: mlp, training: {steps: 9}, data: {set: digits}"))
        let expected = [
            "f:2: training: smoothing spreads a label over outputs that do not count",
            "f:4: learner 'a': task-order is [1, 2, 3, 4, 4]; name each of the 5 tasks once",
            "f:5: learner 'b': data of its own is in none of the cohort's `data.tasks`",
            "f:5: learner 'b': training lasts for another time than the cohort's",
        ]
        for message in expected {
            #expect(found.contains { $0.hasPrefix(message) }, "\(message): \(found)")
        }
    }

    @Test(arguments: [
        ("lwf: a", "lwf: `version: task` is for tasks that learners meet one after another"),
        ("icarl: a", "icarl: `version: task` is for tasks"),
        ("mutual: {among: [a, b], gate: met}", "mutual: `gate: met` is for tasks"),
        (
            "mutual: {among: [a, b], schedule: {burn-in: 1, in: tasks}}",
            "mutual: `in: tasks` is for tasks"
        ),
    ])
    func ofEdgesWithoutTasks(scheme: String, message: String) {
        let found = mistakes(
            """
            data: {set: digits}
            training: {steps: 20}
            learners:
              a: {model: mlp}
              b: {model: mlp}
            teaching:
              - \(scheme)
            """)
        #expect(found == found.filter { $0.contains(message) } && found.count == 1, "\(found)")
    }

    @Test func ofOrdersWithoutTasks() {
        let found = mistakes(
            "training: {steps: 20}\nlearners:\n  a: {model: mlp, task-order: reversed}")
        #expect(
            found == [
                "f:3: learner 'a': task-order has no effect without `data.tasks`; leave it out"
            ])
    }

    /// Learners with different orders teach one another without labels.
    @Test func ofLabelsWhereOrdersDiffer() {
        let found = mistakes(
            text(
                b: "model: mlp, task-order: reversed",
                teaching: "mutual: {among: [a, b], loss: dkd}"))
        #expect(found.count == 2, "\(found)")
        #expect(found.first?.contains("and this edge of 'a' looks at labels") == true)
        #expect(mistakes(text(teaching: "mutual: {among: [a, b], loss: dkd}")).isEmpty)
        #expect(mistakes(text(b: "model: mlp, task-order: reversed")).isEmpty)
    }

    @Test func ofLearnersThatDifferInSteps() {
        let epochs = "{epochs: 4, batch: 32}"
        let found = mistakes(
            text(
                training: epochs, b: "model: mlp, training: {batch: 64}", teaching: "ps-kd: a"))
        #expect(found.count == 1, "\(found)")
        #expect(found.first?.contains("leave steps, epochs and batch out") == true)
        #expect(mistakes(text(training: epochs, teaching: "ps-kd: a")).isEmpty)
    }

    @Test func ofLabelsThatOneLearnerSmooths() {
        let found = mistakes(text(b: "model: mlp, training: {smoothing: 0.1}"))
        #expect(found.count == 1 && found.first?.contains("smooths its labels") == true, "\(found)")
    }

    @Test func ofAGateThatIsAlwaysOpen() {
        let found = mistakes(
            text(
                tasks: "{count: 5, joint: true}", teaching: "mutual: {among: [a, b], gate: met}"))
        #expect(found.count == 1 && found.first?.contains("`joint`") == true, "\(found)")
    }

    /// Without labels for old outputs, a learner whose own labels have no weight would learn
    /// nothing more where all outputs are old.
    @Test func ofLabelsThatNoOutputIsLeftFor() {
        let scheme = "icarl: {of: a}"
        for tasks in ["{count: 5, setting: domain}", "{count: 5, by: rotation}"] {
            let found = mistakes(text(tasks: tasks, a: "model: mlp, task: 0", teaching: scheme))
            #expect(found.count == 1, "\(found)")
            #expect(found.first?.hasPrefix("f:7: icarl: in the setting 'domain' all") == true)
            #expect(mistakes(text(tasks: tasks, teaching: scheme)).isEmpty)
        }
        let others = text(
            tasks: "{count: 5, setting: class}", a: "model: mlp, task: 0", teaching: scheme)
        #expect(mistakes(others).isEmpty)
    }

    /// Every source is judged, each at its place.
    @Test(arguments: [
        ("[{set: digitz}, {}]", "unknown data set 'digitz'"),
        ("[{}, {rotat: 3}]", "f:1: data: tasks: source 2: unknown key 'rotat'"),
        ("[{rotate: 400}]", "f:1: data: tasks: source 1: rotate is 400.0; it lies in"),
        ("[{rotate: 4, permute: true}]", "source 1: rotate turns images whose pixels"),
        ("[{options: {mean: 1}}]", "source 1: options are of a data set, and this source is"),
        ("{sources: 3}", "f:1: data: tasks: sources is a list of data sets"),
        ("{sources: [{}], classes: [[0]]}", "data: tasks: sources or classes make the tasks"),
        ("{sources: [{}, {}], count: 3}", "count is 3, and sources lists 2 tasks; leave it out"),
        ("{sources: [{}, {}], by: rotation}", "by has no effect where `classes` or `sources`"),
        ("{classes: [[0]], by: rotation}", "by has no effect where `classes` or `sources`"),
        (
            "[{}, {set: digits, options: {mean: 0.5, deviation: 0.5}}]",
            "tasks are all normalized by the numbers of the first source"
        ),
        (
            "{sources: [{}, {rotate: 9}], exemplars: 50, classify: nearest-mean}",
            "classify is 'nearest-mean', which needs exemplars of each class; take another"
        ),
    ])
    func ofSources(tasks: String, message: String) {
        let found = mistakes(text(tasks: tasks))
        #expect(found.count == 1 && found.first?.contains(message) == true, "\(found)")
    }

    @Test func ofPartnersAmongAllTasks() {
        let found = mistakes(text(teaching: "cs-kd: a"))
        #expect(found.count == 1 && found.first?.contains("`version: partner`") == true, "\(found)")
    }

    @Test func ofSamplesThatAreSent() {
        let found = mistakes(
            text(
                b: "model: mlp, role: teacher, weights: w",
                teaching: "teach: {from: b, to: a, inputs: send}"))
        #expect(found.contains { $0.contains("`inputs: send` is for teachers that do not know") })
    }

    /// What can only be judged beside the samples.
    @Test(arguments: [
        ("{classes: [[0, 1], [2, 33]]}", "task 2 names class '33'"),
        ("{classes: [[0, 1], [2, 3]]}", "class 4 is of no task; add it to one"),
        ("{count: 11}", "11 tasks are asked for, and digits has 10 classes"),
    ])
    func ofSamples(tasks: String, message: String) throws {
        let configuration = try ExperimentConfiguration(
            text: text(tasks: tasks), file: "f", name: "f", registries: .all)
        let error = #expect(throws: DatasetError.self) { _ = try Assembler(configuration) }
        #expect(error?.description.contains(message) == true, "\(String(describing: error))")
    }

    @Test func ofTooFewSteps() throws {
        let configuration = try ExperimentConfiguration(
            text: text(training: "{steps: 4}"), file: "f", name: "f", registries: .all)
        let error = #expect(throws: SettingError.self) { _ = try Assembler(configuration) }
        #expect(error.map { "\($0)" }?.contains("5 tasks are met in 4 steps") == true)
    }

    /// A model without class activation maps has no attention to follow.
    @Test func ofModelsWithoutMaps() throws {
        let configuration = try ExperimentConfiguration(
            text: text(teaching: "lwm: a"), file: "f", name: "f", registries: .all)
        let assembler = try Assembler(configuration)
        let error = #expect(throws: SettingError.self) {
            _ = try assembler.assembly(of: "a", as: .member(stage: 1))
        }
        #expect(error.map { "\($0)" }?.contains("no tap 'classes' in its model 'mlp'") == true)
    }

    @Test func resolvedOrdersAndTasksReadBack() throws {
        let texts = ["[{}, {rotate: 30}]", "{count: 3, by: permutation}"].map { text(tasks: $0) }
        let ofOwnSets = text(tasks: "[{set: digits}]")
            .replacing("{set: digits, tasks", with: "{tasks")
        for text in texts + [ofOwnSets] {
            let read = try ExperimentConfiguration(
                text: text, file: "f", name: "f", registries: .all)
            let again = try ExperimentConfiguration(
                text: read.resolvedYAML(), file: "resolved", name: "f", registries: .all)
            #expect(again == read && again.digest == read.digest)
        }
        for order in ["[5, 4, 1, 2, 3]", "reversed", "shuffled", "numbered"] {
            let read = try ExperimentConfiguration(
                text: text(
                    tasks: "{count: 5, setting: task}", b: "model: mlp, task-order: \(order)"),
                file: "f", name: "f", registries: .all)
            let again = try ExperimentConfiguration(
                text: read.resolvedYAML(), file: "resolved", name: "f", registries: .all)
            #expect(again == read)
            #expect(again.digest == read.digest)
        }
    }
}

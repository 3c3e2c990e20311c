import Experiment
import Testing

/// What a check shows of tasks.
@Suite(.timeLimit(.minutes(1))) struct TaskListingTests {
    private func lines(_ data: String) throws -> [Substring] {
        let text = """
            data: {\(data)}
            training: {steps: 20}
            learners: {a: {model: mlp}}
            """
        let configuration = try ExperimentConfiguration(
            text: text, file: "f", name: "f", registries: .all)
        let listing = try Assembler(configuration).facts().data ?? ""
        return listing.split(separator: "\n")
    }

    /// Classes keep their names whatever a learner has to say of them.
    @Test(arguments: ["class", "domain", "task"])
    func classesAreNamed(setting: String) throws {
        let lines = try lines(
            "set: satellite, tasks: {classes: [[0, 1, 2], [3, 4, 5]], setting: \(setting)}")
        #expect(lines.contains { $0.hasPrefix("1     cotton-crop, damp-grey-soil, grey-soil ") })
    }

    @Test func sourcesAreNamed() throws {
        let lines = try lines("tasks: [{}, {rotate: 90}, {permute: true}]")
        #expect(lines.contains { $0.hasPrefix("tasks (setting 'domain'), each of 6 steps") })
        let classes = "0, 1, 2, 3, 4, 5, 6, 7, 8, 9"
        for row in [
            "1     digits                 \(classes)      1257   540",
            "2     digits, turned by 90°  \(classes)      1257   540",
            "3     digits, permuted       \(classes)      1257   540",
        ] {
            #expect(lines.contains { $0 == row }, "\(lines)")
        }
        // Shared outputs keep their names too.
        #expect(lines.contains { $0.hasPrefix("digits: 3771 training samples of 10 classes") })
    }
}

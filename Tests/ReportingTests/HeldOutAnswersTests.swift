import Bytes
import Foundation
import Reporting
import Testing

/// `answers.safetensors`.
@Suite(.timeLimit(.minutes(1))) struct HeldOutAnswersTests {
    private let folder: TemporaryFolder
    private let path: String
    private let answers = HeldOutAnswers(
        step: 120, epoch: 3, samples: "1f", classes: 3, labels: [2, HeldOutAnswers.noLabel],
        answers: [2, 0], confidences: [0.5, 0.75],
        probabilities: [0.25, 0.25, 0.5, 0.75, 0.125, 0.125])

    init() throws {
        folder = try TemporaryFolder()
        path = RunDirectory(path: folder.path).learner("a").answers
        try RunDirectory(path: folder.path).learner("a").create()
    }

    @Test func theyComeBackFromTheirFile() throws {
        try answers.write(to: path)
        let found = try HeldOutAnswers(contentsOf: path)
        #expect(found == answers)
        #expect(found.count == 2)
        #expect(found.probabilities(of: 1).map(Array.init) == [0.75, 0.125, 0.125])
    }

    @Test func ofManyClassesTheyHaveNoProbabilities() throws {
        var many = answers
        (many.classes, many.probabilities) = (1000, nil)
        try answers.write(to: path)
        try many.write(to: path)
        let found = try HeldOutAnswers(contentsOf: path)
        #expect(found == many)
        #expect(found.probabilities(of: 0) == nil)
    }

    /// What other programs read.
    @Test func theFileHasTheFormOfTheManual() throws {
        try answers.write(to: path)
        let file = try SafeTensorsFile(contentsOf: URL(fileURLWithPath: path))
        #expect(
            file.metadata == ["step": "120", "epoch": "3", "samples": "1f", "classes": "3"])
        #expect(file.tensors["labels"]?.int64s == [2, -1])
        #expect(file.tensors["answers"]?.int64s == [2, 0])
        #expect(file.tensors["confidences"]?.floats == [0.5, 0.75])
        #expect(file.tensors["probabilities"]?.shape == [2, 3])
        #expect(file.tensors.count == 4)
    }

    @Test func aFileThatIsMissingIsNamed() throws {
        let error = #expect(throws: DiskError.self) { try HeldOutAnswers(contentsOf: path) }
        #expect(error?.path == path)
    }

    @Test func aFileOfSomethingElseIsNamed() throws {
        try answers.write(to: path)
        let whole = try SafeTensorsFile(contentsOf: URL(fileURLWithPath: path))
        var broken: [SafeTensorsFile] = []
        for name in ["labels", "answers", "confidences"] {
            broken.append(whole)
            broken[broken.count - 1].tensors[name] = nil
        }
        for key in ["step", "epoch", "classes"] {
            broken.append(whole)
            broken[broken.count - 1].metadata[key] = "-1"
        }
        for (name, other) in [
            ("labels", SafeTensor(int64s: [2, -2], shape: [2])),
            ("labels", SafeTensor(int64s: [2], shape: [1])),
            ("answers", SafeTensor(int64s: [2, 3], shape: [2])),
            ("answers", SafeTensor(int64s: [2, 0], shape: [1, 2])),
            ("confidences", SafeTensor(floats: [1], shape: [1])),
            ("probabilities", SafeTensor(floats: [0, 1], shape: [2, 1])),
        ] {
            broken.append(whole)
            broken[broken.count - 1].tensors[name] = other
        }
        for file in broken {
            try file.write(to: URL(fileURLWithPath: path))
            let error = #expect(throws: SafeTensorsError.self) {
                try HeldOutAnswers(contentsOf: path)
            }
            #expect(error?.file == path)
        }
    }
}

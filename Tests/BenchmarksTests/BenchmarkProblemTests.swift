import Benchmarks
import NeuralNetwork
import Options
import Testing

/// The step that another program repeats.
@Suite(.timeLimit(.minutes(1)))
struct BenchmarkProblemTests {
    @Test(arguments: ["mlp", "resnet8", "text-cnn"])
    func itsFilesHoldTheStep(name: String) throws {
        let problem = try BenchmarkProblem(name, input: [1, 8, 8], classes: 3, batch: 5)
        let files = problem.files(steps: 2)
        let (parameters, _) = try #require(files["model.safetensors"]).state(of: problem.model)
        #expect(parameters.flat.values == problem.initialParameters.flat.values)
        let batch = try #require(files["batch.safetensors"])
        #expect(batch.tensors["input"]?.floats == problem.inputs.values)
        #expect(batch.tensors["labels"]?.int64s == problem.labels.map(Int64.init))
        var trainee = Trainee(problem)
        #expect(batch.tensors["losses"]?.floats == [trainee.step(), trainee.step()])
    }

    @Test func aMeterChangesNoNumber() throws {
        let problem = try BenchmarkProblem("resnet8", input: [1, 8, 8], batch: 4)
        var (plain, watched) = (Trainee(problem), Trainee(problem))
        for _ in 0..<3 { #expect(plain.step() == watched.step(meter: OperationMeter())) }
    }

    @Test func tokensLieInTheVocabulary() throws {
        let problem = try BenchmarkProblem("transformer", batch: 3)
        #expect(problem.inputs.shape == [3, 1, 1, 64])
        #expect(problem.inputs.values.allSatisfy { $0 >= 0 && $0 < 256 && $0 == $0.rounded() })
        #expect(Set(problem.inputs.values).count > 64)
    }

    @Test func anUnknownModelIsRefused() {
        #expect(throws: SettingError.self) { try BenchmarkProblem("resnet9", batch: 1) }
    }
}

import Bytes
import Experiment
import Foundation
import NeuralNetwork
import Options
import Testing

/// Weights that a configuration names.
@Suite(.timeLimit(.minutes(1))) struct WeightsFileTests {
    private let folder: String

    init() throws {
        folder = FileManager.default.temporaryDirectory.path + "/weights-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    /// A student, and a teacher with weights.
    private func configuration(_ weights: String) throws -> ExperimentConfiguration {
        try ExperimentConfiguration(
            text: """
                data: {set: digits, labels: 64}
                training: {steps: 2}
                learners:
                  t: {model: mlp, role: teacher, weights: \(weights)}
                  s: {model: mlp}
                teaching:
                  - teach: {from: t, to: s}
                """, file: "f", name: "f", registries: .all)
    }

    /// Writes the teacher's initial weights, with names and tensors as `change` makes them.
    private func write(
        _ name: String, _ change: (inout SafeTensorsFile) -> Void = { _ in }
    ) throws -> String {
        let model = try Model(
            Models.make("mlp"),
            input: [1, 8, 8], classes: 10)
        var file = SafeTensorsFile(
            model.initialParameters(key: RandomKey(seed: 1)), model.initialBuffers)
        change(&file)
        let path = "\(folder)/\(name)"
        try file.write(to: URL(fileURLWithPath: path))
        return path
    }

    private func removeFolder() { try? FileManager.default.removeItem(atPath: folder) }

    @Test func aPrefixIsTakenOffAndSaid() throws {
        defer { removeFolder() }
        let path = try write("module.safetensors") { file in
            file.tensors = Dictionary(
                uniqueKeysWithValues: file.tensors.map { ("module." + $0.key, $0.value) })
        }
        let assembler = try Assembler(try configuration(path))
        try assembler.checkAll()
        #expect(
            assembler.remarks.lines == [
                "learner 't': \(path): all names begin with 'module.', which is taken off"
            ])
    }

    @Test func aPrefixIsChosenByTheConfiguration() throws {
        defer { removeFolder() }
        let path = try write("both.safetensors") { file in
            for (name, tensor) in file.tensors { file.tensors["ema.\(name)"] = tensor }
        }
        let chosen = try configuration("{file: \(path), prefix: ema.}")
        #expect(chosen["t"]?.weights == path && chosen["t"]?.weightsPrefix == "ema.")
        let assembler = try Assembler(chosen)
        try assembler.checkAll()
        #expect(assembler.remarks.lines.count == 1)
        let again = try ExperimentConfiguration(
            text: chosen.resolvedYAML(), file: "r", name: "f", registries: .all)
        #expect(again == chosen)
        let plain = try Assembler(try configuration(path))
        let error = #expect(throws: SafeTensorsError.self) { try plain.checkAll() }
        #expect(error?.description.contains("prefix: ema.}") == true)
        #expect(error?.exitCode == .corruptData)
    }

    @Test func aPrefixWithoutAFileIsRefused() {
        defer { removeFolder() }
        let error = #expect(throws: SettingError.self) { try configuration("{prefix: module.}") }
        #expect(error?.description.contains("name the file") == true)
    }

    @Test func aPartOfWeightsIsNamed() throws {
        defer { removeFolder() }
        let path = try write("net-00002-of-00003.safetensors") { $0.tensors["fc1.weight"] = nil }
        let assembler = try Assembler(try configuration(path))
        let error = #expect(throws: SafeTensorsError.self) { try assembler.checkAll() }
        #expect(error?.description.contains("it lacks 'fc1.weight'") == true)
        #expect(error?.description.contains("it is part 2 of 3") == true)
    }

    @Test func anotherFormatIsNamedWithItsConversion() throws {
        defer { removeFolder() }
        let path = "\(folder)/net.pt"
        try Data("PK\u{3}\u{4}....archive/data.pkl".utf8).write(to: URL(fileURLWithPath: path))
        let assembler = try Assembler(try configuration(path))
        let error = #expect(throws: SafeTensorsError.self) { try assembler.checkAll() }
        #expect(
            error?.description.hasPrefix("\(path): it is a checkpoint of PyTorch, and") == true)
        #expect(error?.description.contains("'\(folder)/net.safetensors'") == true)
    }

    @Test func theCheckSaysWhatDecidesOnThreads() throws {
        defer { removeFolder() }
        let configuration = try configuration(try write("w.safetensors"))
        var facts = try Assembler(configuration).facts()
        facts.processors = .init(
            shared: [.init(.processors, 4, "4 processors")],
            own: [.init(.variable, 1, "OMP_NUM_THREADS=1")], remarks: ["passed over"])
        let report = configuration.checkReport(facts)
        #expect(report.contains("threads here\nt, s: 1 thread (OMP_NUM_THREADS=1)\npassed over\n"))
    }
}

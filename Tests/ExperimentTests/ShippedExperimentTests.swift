import Experiment
import Foundation
import Options
import Simulation
import Testing

@Suite(.timeLimit(.minutes(1))) struct ShippedExperimentTests {
    @Test func allAreNamedHere() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: experiments.path)
        #expect(files.sorted() == shipped)
    }

    @Test(arguments: shipped)
    func areNamedForTheirFilesAndReadBack(file: String) throws {
        let path = experiments.appendingPathComponent(file).path
        let read = try ExperimentConfiguration.load(path, registries: .all)
        #expect(read.name + ".yaml" == file)
        let again = try ExperimentConfiguration(
            text: read.resolvedYAML(), file: "resolved", name: "other", registries: .all)
        #expect(again == read)
        #expect(read.remarks.isEmpty)
    }

    @Test func theDemonstrationKeepsItsLabelsPrivate() throws {
        let path = experiments.appendingPathComponent("digits-private.yaml").path
        let read = try ExperimentConfiguration.load(path, registries: .all)
        #expect(read.data.hasPrivateLabels && read.data.hasPool && read.comparesAlone)
        #expect(read.graph.groups.map(\.from) == [["b", "c"], ["a", "c"], ["a", "b"]])
        #expect((read.training.batch, read.training.common) == (32, 64))
    }

    /// Whatever happens to a file, reading it ends with an error or a configuration.
    @Test(arguments: shipped, UInt64(1)...2)
    func damagedFilesAreReadOrRefused(file: String, seed: UInt64) throws {
        let url = experiments.appendingPathComponent(file)
        let original = try String(contentsOf: url, encoding: .utf8)
        var generator = SplitMix(state: seed)
        for _ in 0..<300 {
            try Task.checkCancellation()
            let text = Self.damaged(original, using: &generator)
            guard let read = try? real(text) else { continue }
            #expect(try real(read.resolvedYAML()) == read, "\(text)")
        }
    }

    /// The same for what is changed on the command line.
    @Test(arguments: shipped, UInt64(1)...2)
    func randomOverridesAreReadOrRefused(file: String, seed: UInt64) throws {
        let text = try String(contentsOf: experiments.appendingPathComponent(file), encoding: .utf8)
        let parts = [
            "training", "steps", "epochs", "optimizer", "kind", "rate", "learners", "a", "teaching",
            "0", "1", "-1", "mutual", "among", "data", "labels", "each", "name", "", "9999999999",
        ]
        let values = ["1", "0.5", "[a, b]", "{kind: sgd}", "null", "", "x", "[", "'", "true", "*a"]
        var generator = SplitMix(state: seed)
        for _ in 0..<200 {
            try Task.checkCancellation()
            let depth = Int.random(in: 1...4, using: &generator)
            let path = (0..<depth).map { _ in parts.randomElement(using: &generator) ?? "" }
            let value = values.randomElement(using: &generator) ?? ""
            let override = path.joined(separator: ".") + "=" + value
            guard let read = try? real(text, overrides: [override]) else { continue }
            #expect(try real(read.resolvedYAML()) == read, "\(override)")
        }
    }

    /// A configuration of the rooms as they are.
    private func real(
        _ text: String, overrides: [String] = []
    ) throws(SettingError) -> ExperimentConfiguration {
        try ExperimentConfiguration(
            text: text, file: "f", name: "f", overrides: overrides, registries: .all)
    }

    /// The text with up to eight changes: pieces removed, repeated, moved, or put in.
    static func damaged(_ text: String, using generator: inout SplitMix) -> String {
        var scalars = Array(text.unicodeScalars)
        let pieces = [
            ":", "- ", "[", "]", "{", "}", ",", "\n", "\n  ", "\t", "#", "&a ", "*a", "!!int ",
            "<<: ",
            "? ", "| ", "\"", "'", "\\", "null", "~", "-1", "1e999", "nan", "99999999999999999999",
            "0",
            "\u{0}", "\u{feff}", "ü", "---", "...", "%YAML 1.2",
        ]
        for _ in 0..<Int.random(in: 1...8, using: &generator) {
            let start = Int.random(in: 0...scalars.count, using: &generator)
            let end = min(scalars.count, start + Int.random(in: 0...12, using: &generator))
            let piece = Array(scalars[start..<end])
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: scalars.removeSubrange(start..<end)
            case 1: scalars.insert(contentsOf: piece, at: start)
            case 2:
                scalars.removeSubrange(start..<end)
                let place = Int.random(in: 0...scalars.count, using: &generator)
                scalars.insert(contentsOf: piece, at: place)
            default:
                let new = pieces.randomElement(using: &generator) ?? ""
                scalars.replaceSubrange(start..<end, with: new.unicodeScalars)
            }
        }
        return String(String.UnicodeScalarView(scalars))
    }
}

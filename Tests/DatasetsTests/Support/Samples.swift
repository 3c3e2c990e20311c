import Bytes
import Datasets
import Options

/// A sample set of 1×1 images whose pixels are of no interest.
func labelled(_ labels: [Int], classCount: Int) -> Corpus {
    let set = SampleSet(
        shape: [1, 1, 1], pixels: .bytes(labels.map { UInt8($0) }), labels: labels,
        classCount: classCount)
    return Corpus(
        name: "made", train: set, test: nil,
        normalization: Normalization(divisor: 255, mean: [0], std: [1]))
}

extension Setting {
    /// As YAML's `text` without quotes, at line 7 of a file.
    static func written(_ text: String) -> Setting {
        Setting(.scalar(text, isQuoted: false), at: place)
    }

    static func written(_ map: KeyValuePairs<String, Setting>) -> Setting {
        let entries = map.map { Entry(key: $0.key, position: place, value: $0.value) }
        return Setting(.map(entries), at: place)
    }

    /// A map of these keys.
    static func map(_ entries: [String: Setting]) -> Setting {
        let sorted = entries.sorted { $0.key < $1.key }
        return Setting(
            .map(sorted.map { Entry(key: $0.key, position: place, value: $0.value) }), at: place)
    }

    private static var place: SourcePosition { SourcePosition(file: "test.yaml", line: 7) }
}

/// The exit code of the ``DatasetError`` that `body` throws; nil where it throws none.
func exitCode(_ body: () throws -> some Any) -> ExitCode? {
    do {
        _ = try body()
        return nil
    } catch {
        return (error as? DatasetError)?.exitCode
    }
}

/// The text of the error that `body` throws.
func message(_ body: () throws -> some Any) -> String {
    do {
        _ = try body()
        return "no error"
    } catch {
        return "\(error)"
    }
}

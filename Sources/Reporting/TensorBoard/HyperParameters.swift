import Bytes
import Foundation

/// What TensorBoard's tab *HParams* shows of a learner: its settings beside what it came to.
///
/// The messages are those of the plugin's schemas `api.proto` and `plugin_data.proto`.
struct HyperParameters: Sendable {
    /// The type of a setting, by its number in the schema.
    private enum Kind: Int {
        case text = 1
        case flag = 2
        case number = 3
    }

    /// The tags that learners are compared by.
    private static let metrics = [
        "epoch/test_accuracy", "epoch/test_nll", "epoch/train_accuracy", "epoch/train_loss",
        "interval/task_loss", "interval/total_loss",
    ]

    /// The learner's own settings and those of the cohort, by their paths.
    private let settings: [String: String]
    /// The type of each setting that a learner of the cohort has.
    private let kinds: [String: Kind]

    /// - Parameter settings: of the whole configuration, by their paths.
    init(of learner: String, among learners: [String], settings: [String: String]) {
        let all = learners.map { Self.settings(of: $0, in: settings) }
        self.settings = Self.settings(of: learner, in: settings)
        kinds = Dictionary(grouping: all.joined(), by: \.key).mapValues {
            Self.kind(of: $0.map(\.value))
        }
    }

    /// Those of a learner, without its name, and those of nobody that it does not have itself.
    private static func settings(
        of learner: String, in settings: [String: String]
    ) -> [String: String] {
        let prefix = "learners.\(learner)."
        let own = settings.filter { $0.key.hasPrefix(prefix) }.map {
            (String($0.key.dropFirst(prefix.count)), $0.value)
        }
        let shared = settings.filter { !$0.key.hasPrefix("learners.") }
        return shared.merging(own) { _, own in own }
    }

    private static func kind(of values: [String]) -> Kind {
        if values.allSatisfy({ Double($0) != nil }) { return .number }
        return values.allSatisfy { Bool($0) != nil } ? .flag : .text
    }

    /// What a start writes: which settings and metrics there are, and the learner's settings.
    func start(at time: Date, step: Int) -> [ProtobufWriter] {
        [
            event(at: time, step, "experiment") { $0.message(2, writeExperiment) },
            event(at: time, step, "session_start_info") { data in
                data.message(3) { start in
                    writeSettings(to: &start)
                    start.double(5, time.timeIntervalSince1970)
                }
            },
        ]
    }

    /// How the learner ended.
    func end(at time: Date, step: Int, isSuccess: Bool) -> ProtobufWriter {
        event(at: time, step, "session_end_info") { data in
            data.message(4) { end in
                end.integer(1, isSuccess ? 1 : 2)
                end.double(2, time.timeIntervalSince1970)
            }
        }
    }

    private func event(
        at time: Date, _ step: Int, _ name: String, _ content: (inout ProtobufWriter) -> Void
    ) -> ProtobufWriter {
        TensorBoardEvent.pluginData(
            at: time, step: step, tag: "_hparams_/\(name)", plugin: "hparams",
            content: ProtobufWriter.message(content)
        ) { tensor in
            // An empty one: what counts is the content.
            tensor.integer(1, Self.dataTypeFloat)
            tensor.message(2) { shape in shape.message(2) { _ in } }
        }
    }

    private static let dataTypeFloat = 1

    private func writeExperiment(to message: inout ProtobufWriter) {
        for (name, kind) in kinds.sorted(by: { $0.key < $1.key }) {
            message.message(4) { parameter in
                parameter.text(1, name)
                parameter.integer(4, kind.rawValue)
            }
        }
        for tag in Self.metrics {
            message.message(5) { metric in metric.message(1) { $0.text(2, tag) } }
        }
    }

    /// A map from names to values of the schema `struct.proto`.
    private func writeSettings(to message: inout ProtobufWriter) {
        for (name, text) in settings.sorted(by: { $0.key < $1.key }) {
            message.message(1) { entry in
                entry.text(1, name)
                entry.message(2) { value in
                    switch kinds[name] {
                    case .number: value.double(2, Double(text) ?? .nan)
                    case .flag: value.flag(4, Bool(text) ?? false)
                    case .text, nil: value.text(3, text)
                    }
                }
            }
        }
    }
}

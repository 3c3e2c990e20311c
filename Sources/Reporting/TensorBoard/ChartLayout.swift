import Bytes
import Foundation

/// The charts of TensorBoard's tab *Custom Scalars*: each shows what belongs together, of all
/// learners.
enum ChartLayout {
    /// By category, each chart with regular expressions of its tags.
    private static let categories: [(title: String, charts: [(title: String, tags: [String])])] = [
        (
            "learning",
            [
                ("losses", ["interval/(task|total)_loss"]),
                ("accuracy", ["epoch/(train|test|ensemble)_accuracy"]),
                ("F1, and the label among the first", ["scores/f1", "scores/top/.*"]),
                ("expected calibration error", ["scores/ece"]),
                ("accuracy of each class", ["scores/class_accuracies/.*"]),
            ]
        ),
        (
            "teaching",
            [
                ("divergence from each peer", ["divergence/.*"]),
                ("agreement with each peer", ["agreement/.*"]),
                ("what each term adds to the loss", ["terms/.*/value"]),
                ("weight of each term", ["terms/.*/weight"]),
            ]
        ),
        (
            "exchange",
            [
                ("seconds of a step", ["interval/step_seconds", "wait_seconds/.*"]),
                ("bytes", ["bytes_(from|to)/.*"]),
            ]
        ),
    ]

    /// The event that holds the layout, as the schema `layout.proto` of the plugin says.
    static func event(at time: Date, step: Int) -> ProtobufWriter {
        TensorBoardEvent.pluginData(
            at: time, step: step, tag: "custom_scalars__config__", plugin: "custom_scalars"
        ) { tensor in
            tensor.integer(1, dataTypeString)
            tensor.message(2) { _ in }
            tensor.bytes(8, layout.bytes)
        }
    }

    private static let dataTypeString = 7

    private static var layout: ProtobufWriter {
        ProtobufWriter.message { layout in
            for category in categories {
                layout.message(2) { message in
                    message.text(1, category.title)
                    for chart in category.charts { message.message(2) { write(chart, to: &$0) } }
                }
            }
        }
    }

    private static func write(
        _ chart: (title: String, tags: [String]), to message: inout ProtobufWriter
    ) {
        message.text(1, chart.title)
        message.message(2) { lines in
            for tag in chart.tags { lines.text(1, tag) }
        }
    }
}

import Bytes
import Foundation

/// The messages `Event` of TensorBoard's schemas `event.proto` and `summary.proto`.
package enum TensorBoardEvent {
    /// The first event of every file.
    package static func fileVersion(at time: Date) -> ProtobufWriter {
        event(at: time) { $0.text(3, "brain.Event:2") }
    }

    /// A start from a checkpoint: readers discard what earlier files hold from this step on.
    static func start(at time: Date, firstStep: Int) -> ProtobufWriter {
        event(at: time, step: firstStep) { event in
            event.message(7) { $0.integer(1, 1) }
        }
    }

    /// Numbers of a step, by their tags.
    package static func scalars(
        at time: Date, step: Int, _ scalars: [(tag: String, value: Double)]
    ) -> ProtobufWriter {
        summary(at: time, step: step) { summary in
            for scalar in scalars {
                summary.message(1) { value in
                    value.text(1, scalar.tag)
                    value.float(2, Float(scalar.value))
                }
            }
        }
    }

    /// What a plugin reads: a tag, a tensor, and the plugin's own content.
    static func pluginData(
        at time: Date, step: Int, tag: String, plugin: String, content: ProtobufWriter? = nil,
        tensor: (inout ProtobufWriter) -> Void
    ) -> ProtobufWriter {
        summary(at: time, step: step) { summary in
            summary.message(1) { value in
                value.text(1, tag)
                value.message(8, tensor)
                value.message(9) { metadata in
                    metadata.message(1) { data in
                        data.text(1, plugin)
                        if let content { data.bytes(2, content.bytes) }
                    }
                    metadata.integer(4, dataClassTensor)
                }
            }
        }
    }

    private static let dataClassTensor = 2

    static func summary(
        at time: Date, step: Int, _ body: (inout ProtobufWriter) -> Void
    ) -> ProtobufWriter {
        event(at: time, step: step) { $0.message(5, body) }
    }

    private static func event(
        at time: Date, step: Int? = nil, _ body: (inout ProtobufWriter) -> Void
    ) -> ProtobufWriter {
        ProtobufWriter.message { event in
            event.double(1, time.timeIntervalSince1970)
            if let step { event.integer(2, step) }
            body(&event)
        }
    }
}

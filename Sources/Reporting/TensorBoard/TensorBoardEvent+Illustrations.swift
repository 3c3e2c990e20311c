import Bytes
import Foundation

extension TensorBoardEvent {
    /// Histograms and images of a step, by their names.
    package static func illustrations(
        at time: Date, step: Int, _ illustrations: [Illustration]
    ) -> ProtobufWriter {
        summary(at: time, step: step) { summary in
            for illustration in illustrations {
                summary.message(1) { value in
                    value.text(1, illustration.name)
                    switch illustration.content {
                    case .histogram(let histogram): value.message(5) { write(histogram, to: &$0) }
                    case .picture(let png, let width, let height):
                        value.message(4) { image in
                            image.integer(1, height)
                            image.integer(2, width)
                            image.integer(3, coloured)
                            image.bytes(4, png)
                        }
                    }
                }
            }
        }
    }

    /// RGB among the colour spaces of `summary.proto`.
    private static let coloured = 3

    /// The message `HistogramProto`.
    private static func write(_ histogram: Histogram, to message: inout ProtobufWriter) {
        message.double(1, histogram.range.lowerBound)
        message.double(2, histogram.range.upperBound)
        message.double(3, Double(histogram.count))
        message.double(4, histogram.sum)
        message.double(5, histogram.sumOfSquares)
        message.doubles(6, histogram.limits)
        message.doubles(7, histogram.counts.map(Double.init))
    }
}

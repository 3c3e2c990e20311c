import Bytes
import Datasets
import NeuralNetwork

/// Draws for each sample of a batch another one of its class, which may be the sample itself.
struct ClassPartners: Sendable {
    private let gatherer: BatchGatherer
    /// The samples of each class.
    private let members: [Int: [Int]]

    /// - Parameter samples: those of the stream, all with labels.
    init(_ samples: [Int], _ gatherer: BatchGatherer) {
        self.gatherer = gatherer
        let labelled = zip(samples, gatherer.labels(of: samples))
        members = Dictionary(grouping: labelled, by: \.1).mapValues { $0.map(\.0) }
    }

    /// The partners' images, N×C×H×W, by crops and flips of their own.
    func images(of batch: SampleBatch, _ key: RandomKey) -> Tensor {
        gatherer.redraw(
            SampleBatch(step: batch.step, samples: partners(of: batch, key), epochs: batch.epochs))
    }

    /// The numbers of the partners, uniformly drawn.
    func partners(of batch: SampleBatch, _ key: RandomKey) -> [Int] {
        gatherer.labels(of: batch.samples).enumerated().map { row, label in
            guard let members = members[label] else {
                preconditionFailure("a class of the stream has samples")
            }
            return members[key.integer(below: members.count, at: row)]
        }
    }
}

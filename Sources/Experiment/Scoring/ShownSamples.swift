import Datasets
import NeuralNetwork
import Reporting

/// The samples that a run's learners are tested on, to be looked at: those of the default view.
/// Pictures are shown before normalization, rows of tables with the numbers that models read.
public struct ShownSamples: Sendable {
    /// How a sample looks to people.
    public enum Appearance: Sendable {
        /// A PNG file.
        case picture(png: [UInt8])
        /// The text of a sequence of tokens, or the numbers of a row of a table.
        case text(String)
    }

    /// The names of the classes, by their numbers.
    public let classes: [String]
    /// The class of each sample.
    public let labels: [Int]
    private let contents: SampleContents
    private let normalization: Normalization
    private let gatherer: BatchGatherer

    /// Loads the samples of a run by its own configuration.
    ///
    /// - Throws: what is wrong with the configuration, or with the data where these are not on this
    ///   host.
    public init(of run: RunDirectory) throws {
        let configuration = try ExperimentConfiguration.load(run.configuration, registries: .all)
        let samples = try CohortSamples(configuration)
        let view = samples.corpus.defaultView
        let set = try samples.testSet(of: view)
        classes = samples.corpus.allClassNames
        labels = set.labels
        (contents, normalization) = (view.contents, view.normalization)
        gatherer = try BatchGatherer(set, normalization: normalization)
    }

    /// Whether samples are pictures.
    public var arePictures: Bool { contents == .image }

    /// How a sample looks.
    ///
    /// - Parameter sample: its number, in `labels.indices`.
    /// - Throws: ``DatasetError`` where it is too large for a picture.
    public func appearance(of sample: Int) throws(DatasetError) -> Appearance {
        let images = gatherer.gather(sample..<sample + 1).images
        switch contents {
        case .image:
            let sheet = try ContactSheet(images: images, normalization: normalization, columns: 1)
            return .picture(png: try sheet.png())
        case .tokens(let tokens):
            let numbers = normalization.undone(images).map { Int($0) }
            return .text(tokens.text(of: numbers))
        case .features:
            let numbers = normalization.undone(images).map { Text.number(Double($0)) }
            return .text(numbers.joined(separator: ", "))
        }
    }
}

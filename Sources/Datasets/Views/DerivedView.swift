import Options

/// A view that is computed from the default view of a corpus of images: a part of each image, or
/// other channels. Every data set of images has them, so that learners can see different halves, or
/// one the colours and another the greys.
public struct DerivedView: Sendable {
    /// Names it in `learners.X.view`.
    public let name: String
    /// What it shows, in a few words.
    public let summary: String
    /// How an image of a shape C×H×W becomes one of the view.
    let map: @Sendable (_ shape: [Int]) throws(Misfit) -> SampleMap

    /// Why images of a shape have no such view, for a sentence about it.
    struct Misfit: Error {
        let reason: String
    }

    /// Every one: a new view is a line here, with its map.
    public static let all = parts + colours

    /// The view of a name; nil where there is none.
    static func named(_ name: String) -> DerivedView? { all.first { $0.name == name } }

    /// The view's samples, computed from those of the default view.
    ///
    /// A part of the images is normalized as these are; other channels by their own mean and
    /// standard deviation of the samples to train on.
    ///
    /// - Parameter corpus: names the data set, for messages.
    /// - Throws: ``DatasetError`` (78) where the samples are no images, or none of a fit shape.
    func samples(of view: SampleView, corpus: String) throws(DatasetError) -> SampleView {
        guard view.contents == .image else {
            throw DatasetError(
                .impossible,
                "\(corpus) has no view '\(name)', which is \(summary), for its samples are"
                    + " \(view.contents.plural); leave `view` out")
        }
        let map: SampleMap
        do { map = try self.map(view.train.shape) } catch {
            let shape = view.train.shape.map(String.init).joined(separator: "×")
            throw DatasetError(
                .impossible,
                "\(corpus) has no view '\(name)': its images are \(shape), and the view"
                    + " \(error.reason); take another view, or leave `view` out")
        }
        let train = map.applied(to: view.train)
        return SampleView(
            train: train, test: view.test.map(map.applied(to:)),
            normalization: map.keepsChannels ? view.normalization : Normalization(measuring: train),
            reader: view.reader.map { DerivedReader(base: $0, map: map) })
    }
}

/// Reads new samples as the default view does, and computes the view's from them.
private struct DerivedReader: NewSampleReader {
    let base: any NewSampleReader
    let map: SampleMap

    func read(_ paths: [String], classes: ClassNames) throws(DatasetError) -> NewSamples {
        let read = try base.read(paths, classes: classes)
        let samples = map.applied(to: read.samples)
        return NewSamples(
            shape: samples.shape, pixels: samples.pixels, classCount: samples.classCount,
            places: read.places, labels: read.labels)
    }
}

import Bytes
import NeuralNetwork
import Options

/// Random changes to training images: a pure function of (seed, epoch, sample).
///
/// A sample is changed in the same way for every learner and in every batch of an epoch, so that
/// learners that teach one another see the same images; or each learner draws for itself.
/// `Sampler.md` has the test vectors.
public struct Augmentation: Hashable, Sendable {
    /// Pixels by which an image is padded on every side, by reflection without repeating the edge,
    /// before a window of its own size is cut out at random; 0 leaves it alone.
    public var cropPadding: Int
    /// Whether every other image, at random, is mirrored left to right.
    public var flip: Bool
    /// The side, in pixels, of a square that is covered by the mean at a random place, as far as it
    /// lies in the image (*Improved Regularization of Convolutional Neural Networks with Cutout*,
    /// DeVries and Taylor 2017); 0 covers nothing. The strong view has its own.
    public var cutout: Int
    /// Whether each learner draws for itself.
    public var isOwn: Bool
    /// The second, strong view of an image; nil where there is one view alone.
    public var strong: StrongAugmentation?

    /// Images stay as they are.
    public static let none = Augmentation()

    /// Changes of this kind.
    public init(
        cropPadding: Int = 0, flip: Bool = false, cutout: Int = 0, isOwn: Bool = false,
        strong: StrongAugmentation? = nil
    ) {
        self.cropPadding = cropPadding
        self.flip = flip
        self.cutout = cutout
        self.isOwn = isOwn
        self.strong = strong
    }

    /// Reads what stands under `augmentation` of a data section:
    /// `{crop: {padding: 4}, flip: true, cutout: 8, own: true, strong: true}`.
    public init(_ setting: Setting?) throws(SettingError) {
        self = try OptionReader.read(setting, subject: "augmentation") {
            (reader) throws(SettingError) in try Augmentation(options: &reader)
        }
    }

    /// Reads `crop`, `flip`, `cutout`, `own` and `strong`.
    public init(options: inout OptionReader) throws(SettingError) {
        let crop: Int? =
            options.made(
                "crop", fallback: "none", help: "a map: padding, in pixels"
            ) { (setting) throws(SettingError) in
                guard let setting else { return nil }
                return try OptionReader.read(setting, subject: "augmentation: crop") {
                    (reader) throws(SettingError) in
                    reader.value("padding", default: 4, in: 0...1024, help: "in pixels")
                }
            } ?? nil
        cropPadding = crop ?? 0
        flip = options.flag("flip", default: false, help: "mirror every other image")
        cutout =
            options.optional(
                "cutout", Int.self, in: 1...1024, help: "the side of a covered square, in pixels")
            ?? 0
        isOwn = options.flag("own", default: false, help: "each learner by draws of its own")
        strong =
            options.made(
                "strong", fallback: "false", help: "a second view by random operations",
                by: StrongAugmentation.read) ?? nil
        guard !isOwn || self != Augmentation(isOwn: true) else {
            throw options.failure(
                "own", "is true, and there is nothing to draw; set crop, flip, cutout or strong",
                with: "flip", "crop")
        }
    }

    /// The key of the draws of a learner's images.
    ///
    /// - Parameter learner: its name; nil where there is no learner.
    func key(seed: UInt64, learner: String?) -> RandomKey {
        let shared = RandomKey(seed: seed).child("augmentation")
        guard isOwn, let learner else { return shared }
        return shared.child(learner)
    }

    /// What is done to one image.
    package struct Draw: Equatable, Sendable {
        /// Where the window begins, in pixels from the image's own corner:
        /// `-cropPadding...cropPadding`.
        package var down: Int
        /// As ``down``, to the right.
        package var right: Int
        /// Whether the image is mirrored left to right.
        package var isMirrored: Bool
    }

    /// The draw of a sample in an epoch, under
    /// `RandomKey(seed: seed).child("augmentation").child(epoch).child(sample)`, with
    /// `.child(learner)` before the epoch where each learner draws for itself.
    package func draw(seed: UInt64, epoch: Int, sample: Int, learner: String? = nil) -> Draw {
        draw(key(seed: seed, learner: learner).child(epoch).child(sample))
    }

    func draw(_ key: RandomKey) -> Draw {
        let span = 2 * cropPadding + 1
        return Draw(
            down: key.integer(below: span, at: 0) - cropPadding,
            right: key.integer(below: span, at: 1) - cropPadding,
            isMirrored: flip && key.bits(at: 2) >> 63 == 1)
    }

    /// The square of an image that is covered, as far as it lies in the image; nil for none.
    ///
    /// - Parameter key: of the draw of its sample.
    func hole(
        _ key: RandomKey, height: Int, width: Int
    ) -> (rows: Range<Int>, columns: Range<Int>)? {
        guard cutout > 0 else { return nil }
        func span(_ length: Int, at counter: Int) -> Range<Int> {
            let first = key.integer(below: length, at: counter) - cutout / 2
            return max(0, first)..<min(length, first + cutout)
        }
        return (span(height, at: 3), span(width, at: 4))
    }

    /// Checks that the samples are what can be cropped and mirrored.
    ///
    /// - Throws: ``DatasetError`` (78) where they are no images.
    public func check(_ contents: SampleContents) throws(DatasetError) {
        guard self != .none, contents != .image else { return }
        throw DatasetError(
            .impossible,
            "augmentation: it is of images, and the data hold \(contents.plural);"
                + " leave augmentation out")
    }

    /// Checks that reflection can fill the padding of images of `shape` C×H×W, and that a covered
    /// square leaves something of them.
    ///
    /// - Throws: ``DatasetError`` (78) where the padding or the square's side is not less than
    ///   height and width.
    public func check(shape: [Int]) throws(DatasetError) {
        guard cutout < min(shape[1], shape[2]) else {
            throw DatasetError(
                .impossible,
                "augmentation: a cutout of \(cutout) covers \(shape[1])×\(shape[2]) images whole; set"
                    + " less than \(min(shape[1], shape[2]))")
        }
        guard cropPadding < min(shape[1], shape[2]) else {
            throw DatasetError(
                .impossible,
                "augmentation: a crop padding of \(cropPadding) is more than reflection can fill"
                    + " of \(shape[1])×\(shape[2]) images; set less than"
                    + " \(min(shape[1], shape[2]))")
        }
    }

    /// Checks that the strong operations know how bright a pixel is.
    ///
    /// - Throws: ``DatasetError`` (78) where the pixels are no bytes.
    func check(_ pixels: SampleSet.Pixels) throws(DatasetError) {
        guard strong != nil, case .floats = pixels else { return }
        throw DatasetError(
            .impossible,
            "augmentation: strong operations are of images whose pixels are bytes, and these are"
                + " floats; leave strong out")
    }
}

import Foundation
import Options

/// PNG and JPEG images in a folder for each class, or listed by a manifest.
///
/// Classes are the folders in the order of their names. Images are turned upright, brought to one
/// size and colour, and normalized by the mean and standard deviation of each channel of the
/// training images.
public struct Images: DatasetSource, Configurable {
    public static let name = "images"
    public static let summary = "PNG and JPEG pictures in a folder for each class, or by a manifest"
    public static let keys = NormalizationOverride.keys(beside: [
        "folder": .placement, "test": .placement, "manifest": .placement,
        "test-manifest": .placement, "cache": .placement, "file-column": .placement,
        "label-column": .placement, "delimiter": .placement, "header": .placement,
        "test-share": .numbers, "test-seed": .numbers, "size": .numbers, "fit": .numbers,
        "filter": .numbers, "color": .numbers, "background": .numbers,
    ])

    let folder: String?
    let test: String?
    let manifest: String?
    let testManifest: String?
    let columns: ImageManifest
    let share: TestShare
    private let form: ImageForm
    private let cache: String?
    private let normalization: NormalizationOverride

    /// Reads `folder`, `test`, `manifest`, `test-manifest`, the size and form of samples, `cache`,
    /// `test-share`, `test-seed`, `mean` and `deviation`.
    public init(options: inout OptionReader) throws(SettingError) {
        folder = options.optionalPath("folder", help: "of a folder for each class")
        test = options.optionalPath(
            "test", help: "a folder of test pictures, with a folder for each class")
        manifest = options.optionalPath(
            "manifest", help: "a table of files and classes, in place of folders")
        testManifest = options.optionalPath(
            "test-manifest", help: "a table of test files and their classes")
        columns = try ImageManifest(
            options: &options, isUsed: manifest != nil || testManifest != nil)
        share = try TestShare(
            options: &options,
            beside: test != nil ? "test" : testManifest.map { _ in "test-manifest" })
        form = try ImageForm(options: &options)
        cache = options.optionalPath(
            "cache", help: "a folder of decoded samples; ~/.cache/cohort by default")
        normalization = NormalizationOverride(options: &options)
        guard folder != nil || manifest != nil else {
            throw options.failure("folder", "names no folder: add one, or a manifest")
        }
        guard test == nil || testManifest == nil else {
            throw options.failure("test", "and test-manifest exclude one another")
        }
    }

    public var paths: [String] {
        // Folders before the manifest in one of them: what is there already is not copied.
        [folder, test].compactMap(\.self) + listedPaths
            + [manifest, testManifest].compactMap(\.self)
    }

    public func load() throws(DatasetError) -> Corpus { try load(try files()) }

    /// Reads some of the files that were found.
    ///
    /// - Throws: ``DatasetError`` for files that are missing (66), no images (65), or none at all
    ///   (78).
    func load(_ files: ImageFiles) throws(DatasetError) -> Corpus {
        guard !files.train.isEmpty else {
            throw DatasetError(.impossible, "images: no picture is left to train on")
        }
        let survey = try ImageSurvey(files.paths)
        let size = try survey.size(form)
        let (pixels, complaint) = try samples(survey, size)
        let shape = [form.color.channels] + size
        func set(_ chosen: [Int]) -> SampleSet {
            SampleSet(
                shape: shape, pixels: pixels.subset(chosen, size: shape.reduce(1, *)),
                labels: chosen.map { files.labels[$0] }, classCount: files.classes.count)
        }
        let train = set(files.train)
        let view = SampleView(
            train: train, test: files.test.isEmpty ? nil : set(files.test),
            normalization: try normalization.resolve(channels: shape[0], divisor: 255) {
                Normalization(measuring: train)
            }, reader: PictureReader(form: form, size: size))
        return Corpus(
            name: Self.name, view, classNames: files.classes.names, facts: [survey.summary],
            remarks: files.remarks + (complaint.map { [$0] } ?? [])
                + survey.remarks(form, size: size) + files.doubles(survey),
            origins: files.train.map { files.paths[$0] })
    }

    /// A sample of each file, from the cache.
    private func samples(
        _ survey: ImageSurvey, _ size: [Int]
    ) throws(DatasetError) -> (pixels: SampleSet.Pixels, remark: String?) {
        let cache = ImageCache(
            folder: cache ?? ImageCache.usualFolder, digests: survey.entries.map(\.digest),
            form: form.text(size: size), sampleSize: form.color.channels * size[0] * size[1])
        let reader = ImageReader(
            paths: cache.firsts.map { survey.paths[$0] },
            entries: cache.firsts.map { survey.entries[$0] })
        return try cache.samples { take in try reader.samples(form, size: size, take) }
    }
}

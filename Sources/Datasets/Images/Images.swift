import Foundation
import Options

/// PNG and JPEG images in a folder for each class, or listed by a manifest.
///
/// Classes are the folders in the order of their names. Images are turned upright, brought to one
/// size and colour, and normalized by the mean and standard deviation of each channel of the
/// training images.
public struct Images: DatasetSource, Configurable {
    public static let name = "images"
    public static let summary = "PNG and JPEG images in a folder for each class, or by a manifest"
    public static let keys = NormalizationOverride.keys(beside: [
        "folder": .placement, "test": .placement, "manifest": .placement,
        "test-manifest": .placement, "cache": .placement, "file-column": .numbers,
        "label-column": .numbers, "delimiter": .numbers, "header": .numbers,
        "test-share": .numbers, "test-seed": .numbers, "size": .numbers, "fit": .numbers,
        "filter": .numbers, "color": .numbers, "background": .numbers,
    ])

    private let folder: String?
    private let test: String?
    private let manifest: String?
    private let testManifest: String?
    private let columns: ImageManifest
    private let share: TestShare
    private let form: ImageForm
    private let cache: String?
    private let normalization: NormalizationOverride

    /// Reads `folder`, `test`, `manifest`, `test-manifest`, the size and form of samples, `cache`,
    /// `test-share`, `test-seed`, `mean` and `deviation`.
    public init(options: inout OptionReader) throws(SettingError) {
        folder = options.optional("folder", String.self, help: "of a folder for each class")
        test = options.optional("test", String.self, help: "a folder of test images, likewise")
        manifest = options.optional(
            "manifest", String.self, help: "a table of files and classes, in place of folders")
        testManifest = options.optional("test-manifest", String.self, help: "likewise")
        columns = try ImageManifest(options: &options)
        share = try TestShare(options: &options)
        form = try ImageForm(options: &options)
        cache = options.optional(
            "cache", String.self, fallback: "~/.cache/cohort", help: "a folder of decoded samples")
        normalization = NormalizationOverride(options: &options)
        guard folder != nil || manifest != nil else {
            throw options.failure("folder", "names no folder: add one, or a manifest")
        }
        guard test == nil || testManifest == nil else {
            throw options.failure("test", "and test-manifest exclude one another")
        }
    }

    public var paths: [String] { [folder, test, manifest, testManifest].compactMap(\.self) }

    public func load() throws(DatasetError) -> Corpus {
        let (classes, files, trainCount) = try files()
        let reader = ImageReader(paths: files.paths, form: form)
        let (digests, size) = try reader.digests()
        let pixels = try decoded(reader, digests, size)
        let shape = [form.color.channels] + size
        func samples(_ range: Range<Int>) -> SampleSet? {
            guard !range.isEmpty else { return nil }
            return SampleSet(
                shape: shape, pixels: pixels.slice(range, size: shape.reduce(1, *)),
                labels: Array(files.labels[range]), classCount: classes.count)
        }
        guard let train = samples(0..<trainCount) else {
            throw DatasetError(.impossible, "images: no image is left to train on")
        }
        let view = SampleView(
            train: train, test: samples(trainCount..<files.labels.count),
            normalization: try normalization.resolve(channels: shape[0], divisor: 255) {
                Normalization(measuring: train)
            })
        return Corpus(
            name: Self.name, view, classNames: classes.names,
            remarks: files.remarks + Self.doubles(files, digests, trainCount))
    }

    /// The samples from the cache; decoded first where it lacks them, and in memory where it cannot
    /// be written.
    private func decoded(
        _ reader: ImageReader, _ digests: [[UInt8]], _ size: [Int]
    ) throws(DatasetError) -> SampleSet.Pixels {
        let cache = ImageCache(
            folder: cache ?? ImageCache.usualFolder, digests: digests,
            form: Array("\(form) \(size)".utf8),
            sampleSize: form.color.channels * size[0] * size[1])
        if let bytes = cache.read() { return .mapped(bytes) }
        let written = try cache.write { (take) throws(DatasetError) in
            try reader.samples(size: size, take)
        }
        if let written { return .mapped(written) }
        var bytes: [UInt8] = []
        try reader.samples(size: size) { bytes += $0 }
        return .bytes(bytes)
    }

    /// Images that occur twice under different classes, or to train and to test on.
    private static func doubles(
        _ files: ImageFiles, _ digests: [[UInt8]], _ trainCount: Int
    ) -> [String] {
        var first: [[UInt8]: Int] = [:]
        var remarks: [String] = []
        for (index, digest) in digests.enumerated() {
            guard let other = first.updateValue(index, forKey: digest) else { continue }
            let isOfTwoClasses = files.labels[index] != files.labels[other]
            guard isOfTwoClasses || (other < trainCount) != (index < trainCount) else { continue }
            remarks.append(
                "\(files.paths[index]) is the same image as \(files.paths[other]), "
                    + (isOfTwoClasses ? "which has another class" : "one is for testing"))
        }
        return Array(remarks.prefix(10))
    }
}

extension Images {
    /// All files, those to train on first, and how many those are.
    private func files() throws(DatasetError) -> (ClassNames, ImageFiles, trainCount: Int) {
        let (classes, train) = try trainFiles()
        guard let held = try testFiles(classes) else {
            let split = share.split(labels: train.labels, classCount: classes.count)
            let order = split.train + split.test
            var files = ImageFiles(
                paths: order.map { train.paths[$0] }, labels: order.map { train.labels[$0] })
            files.remarks = train.remarks
            return (classes, files, split.train.count)
        }
        var files = train
        files.paths += held.paths
        files.labels += held.labels
        files.remarks += held.remarks
        return (classes, files, train.paths.count)
    }

    private func trainFiles() throws(DatasetError) -> (ClassNames, ImageFiles) {
        if let manifest {
            let (table, paths, column) = try columns.read(manifest, folder: folder)
            let labels = try TableLabels(table, column: column, missing: [""])
            return (
                labels.classes,
                ImageFiles(paths: paths, labels: try labels.numbers(table, column: column))
            )
        }
        guard let folder else { preconditionFailure("a folder or a manifest is named") }
        let classes = try ImageFiles.classes(in: folder)
        return (classes, try ImageFiles(in: folder, classes: classes))
    }

    /// Nil where the test images are a share of the others.
    private func testFiles(_ classes: ClassNames) throws(DatasetError) -> ImageFiles? {
        if let test { return try ImageFiles(in: test, classes: classes) }
        guard let testManifest else { return nil }
        let (table, paths, column) = try columns.read(testManifest, folder: folder)
        let labels = TableLabels(classes: classes, missing: [""])
        return ImageFiles(paths: paths, labels: try labels.numbers(table, column: column))
    }
}

/// Reads arrays, and pictures where their pixels fit, as samples of the shape that others have.
///
/// An array holds one sample, or several along its first dimension. Files are NumPy's (.npy, .npz)
/// or IDX, plain or gzipped, whichever of them the samples to train on were read from.
struct ArrayReader: NewSampleReader {
    /// The data set, for messages.
    let name: String
    /// The samples to train on, as the file has them; one of them is enough where features are
    /// normalized here.
    var train: SampleSet
    /// The greatest value of samples of bytes.
    var greatest: UInt8 = 255
    /// Where an array's channels are.
    var layout = ArrayLayout.auto
    /// How features are normalized; nil where they are not, or later.
    var scaling: FeatureScaling?
    /// The names of an .npz file's arrays.
    var members: [NPZArchive.Part: String] = [:]
    /// The label of class 0 in an array of labels.
    var firstLabel = 0
    /// The channels that samples keep; nil for all.
    var channels: Range<Int>?

    func read(_ paths: [String], classes: ClassNames) throws(DatasetError) -> NewSamples {
        let files = try InputFile.all(
            paths, classes: classes, kind: "picture or array", isWanted: Self.isReadable)
        var parts: [NewSamples] = []
        var next = 0
        while next < files.count {
            // Pictures are decoded together, on all processors.
            let pictures = Array(files[next...].prefix { ImageFiles.isImage($0.path) })
            if pictures.isEmpty {
                parts.append(try arrays(of: files[next].path, classes))
            } else {
                parts.append(try self.pictures(pictures, classes))
            }
            next += max(1, pictures.count)
        }
        return NewSamples(joining: parts)
    }

    private static func isReadable(_ name: String) -> Bool {
        ImageFiles.isImage(name)
            || [".npy", ".npz", ".npy.gz", ".idx", ".idx.gz", "ubyte", "ubyte.gz"].contains {
                name.lowercased().hasSuffix($0)
            }
    }

    private func pictures(
        _ files: [InputFile], _ classes: ClassNames
    ) throws(DatasetError) -> NewSamples {
        let (count, height, width) = (train.shape[0], train.shape[1], train.shape[2])
        var reason: String?
        if case .floats = train.pixels {
            reason = "are floats, and pixels of pictures bytes"
        } else if greatest < 255 {
            reason = "have values of 0...\(greatest), and pixels of pictures of 0...255"
        } else if count != 1, count != 3 {
            reason = "have \(count) channels, and pictures 1 or 3"
        }
        if let reason {
            throw DatasetError(
                .impossible,
                "\(files[0].path): is a picture, and samples of \(name) \(reason); name an array of"
                    + " \(shapeText) (.npy, .npz or IDX)")
        }
        let form = ImageForm(
            size: nil, fit: .crop, filter: .bilinear, color: count == 1 ? .grey : .rgb,
            background: 255)
        return try PictureReader(form: form, size: [height, width])
            .read(files, classCount: classes.count)
    }

    private func arrays(
        of path: String, _ classes: ClassNames
    ) throws(DatasetError) -> NewSamples {
        let bytes = try DataFile.read(path)
        if bytes.starts(with: [0x93]) {
            return try samples(NewArray(try NPYArray(bytes, path: path)), nil, classes)
        }
        if bytes.starts(with: Array("PK".utf8)) {
            let (images, labels) = try NPZArchive(bytes, path).newSamples(members)
            return try samples(NewArray(images), labels, classes)
        }
        guard bytes.starts(with: [0, 0]) else {
            throw DatasetError(
                .corrupt,
                "\(path): is no array (.npy, .npz or IDX), and its name is none of a PNG or JPEG"
                    + " picture")
        }
        return try samples(NewArray(try IDXArray(bytes, path: path), path), nil, classes)
    }

    private func samples(
        _ array: NewArray, _ labels: NPYArray?, _ classes: ClassNames
    ) throws(DatasetError) -> NewSamples {
        guard let (count, stored) = array.samples(of: train.shape, layout) else {
            throw DatasetError(
                .impossible,
                "\(array.path): has the shape \(array.shapeText); a sample of \(name) is"
                    + " \(shapeText), and several stand along a first dimension")
        }
        try stored.checkFinite(array.path)
        var set = SampleSet(
            shape: train.shape, pixels: try alike(stored, array.path),
            labels: [Int](repeating: 0, count: count), classCount: classes.count)
        if let scaling { set = scaling.applied(to: set) }
        if let channels { set = set.keeping(channels) }
        var known = [Int?](repeating: nil, count: count)
        if let labels {
            known = try ArrayPair.classes(
                labels, of: firstLabel..<firstLabel + classes.count, count: count, array.path)
        }
        return NewSamples(
            shape: set.shape, pixels: set.pixels, classCount: classes.count,
            places: (0..<count).map { count == 1 ? array.path : "\(array.path), sample \($0)" },
            labels: known)
    }

    private var shapeText: String {
        let (channels, height, width) = (train.shape[0], train.shape[1], train.shape[2])
        if train.shape[0] == 1, height == 1 { return "\(width)" }
        let area = "\(height)×\(width)"
        if channels == 1 { return area }
        return layout == .channelsLast ? "\(area)×\(channels)" : "\(channels)×\(area)"
    }
}

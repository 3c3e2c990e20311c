import Bytes
import Options

/// Samples and labels in one file of NumPy's format NPZ, as `numpy.savez` and
/// `numpy.savez_compressed` write it.
public struct NPZ: DatasetSource, Configurable {
    public static let name = "npz"
    public static let summary = "samples and labels in NumPy's .npz files"

    public static let keys = ArrayOptions.keys(beside: [
        "file": .placement, "test": .placement, "images": .placement, "labels": .placement,
        "test-images": .placement, "test-labels": .placement,
    ])

    private let file: String
    private let test: String?
    private let names: [Part: String]
    private let arrays: ArrayOptions

    /// An array of the file.
    private enum Part: String, CaseIterable {
        case images
        case labels
        case testImages = "test-images"
        case testLabels = "test-labels"

        /// The names that are usual for it, the first that is there counts.
        var usual: [String] {
            switch self {
            case .images:
                [
                    "images", "train_images", "x_train", "X_train", "x", "X", "data", "features",
                    "arr_0",
                ]
            case .labels:
                [
                    "labels", "train_labels", "y_train", "Y_train", "y", "Y", "target", "targets",
                    "arr_1",
                ]
            case .testImages: ["test_images", "x_test", "X_test"]
            case .testLabels: ["test_labels", "y_test", "Y_test"]
            }
        }
    }

    /// Reads `file`, `test`, the names of the arrays and how they become samples.
    public init(options: inout OptionReader) throws(SettingError) {
        let file = options.optionalPath("file", help: "an .npz file")
        test = options.optionalPath("test", help: "an .npz file of test samples")
        var names: [Part: String] = [:]
        for part in Part.allCases {
            names[part] = options.optional(
                part.rawValue, String.self, fallback: "a usual name", help: "an array of the file")
        }
        self.names = names
        arrays = try ArrayOptions(options: &options)
        guard let file else { throw options.failure("file", "names no file: add one") }
        self.file = file
    }

    public var paths: [String] { [file] + (test.map { [$0] } ?? []) }

    public func load() throws(DatasetError) -> Corpus {
        let archive = try Archive(file)
        let train = try pair(archive, .images, .labels)
        var held: ArrayPair?
        if let test {
            let archive = try Archive(test)
            let hasOwnNames = archive.has(names[.testImages], usual: Part.testImages.usual)
            held =
                try hasOwnNames
                ? pair(archive, .testImages, .testLabels) : pair(archive, .images, .labels)
        } else if archive.has(names[.testImages], usual: Part.testImages.usual) {
            held = try pair(archive, .testImages, .testLabels)
        }
        return try arrays.corpus(Self.name, train: train, test: held)
    }

    private func pair(
        _ archive: Archive, _ images: Part, _ labels: Part
    ) throws(DatasetError) -> ArrayPair {
        ArrayPair(
            images: try archive.array(names[images], images.usual, option: images.rawValue),
            labels: try archive.array(names[labels], labels.usual, option: labels.rawValue))
    }

    /// A file's arrays.
    private struct Archive {
        let path: String
        let zip: Zip

        init(_ path: String) throws(DatasetError) {
            self.path = path
            do {
                zip = try Zip(try DataFile.read(path))
            } catch let error as DatasetError {
                throw error
            } catch {
                throw DatasetError(.corrupt, "\(path): \(error); save it again")
            }
        }

        /// Whether there is an array of this name, or of a usual one where none is given.
        func has(_ name: String?, usual: [String]) -> Bool {
            name != nil || usual.contains { zip.names.contains("\($0).npy") }
        }

        /// - Throws: ``DatasetError`` (78) where no such array is there, (65) where it is damaged.
        func array(
            _ name: String?, _ usual: [String], option: String
        ) throws(DatasetError) -> NPYArray {
            let known = zip.names.map { $0.hasSuffix(".npy") ? String($0.dropLast(4)) : $0 }
            guard let name = name ?? usual.first(where: known.contains) else {
                throw DatasetError(
                    .impossible,
                    "\(path): no array has a usual name for \(option) (\(usual.joined(separator: ", ")));"
                        + " set \(option) to one of \(known.joined(separator: ", "))")
            }
            guard known.contains(name) else {
                throw DatasetError(
                    .impossible,
                    "\(path): \(option) names '\(name)', which is no array of it:"
                        + " \(nearest(to: name, among: known))")
            }
            do {
                return try NPYArray(
                    try zip.contents(of: "\(name).npy"), path: "\(path): \(name)")
            } catch let error as DatasetError {
                throw error
            } catch {
                throw DatasetError(.corrupt, "\(path): \(error); save it again")
            }
        }
    }
}

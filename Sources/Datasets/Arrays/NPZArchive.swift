import Bytes
import Options

/// The arrays of a file of NumPy's format NPZ.
struct NPZArchive {
    /// What an array of the file is for.
    enum Part: String, CaseIterable {
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

    let path: String
    private let zip: Zip

    /// - Throws: ``DatasetError`` where the file is missing (66) or damaged (65).
    init(_ path: String) throws(DatasetError) { try self.init(try DataFile.read(path), path) }

    /// - Parameter path: where the bytes came from, for messages.
    init(_ bytes: [UInt8], _ path: String) throws(DatasetError) {
        self.path = path
        do { zip = try Zip(bytes) } catch {
            throw DatasetError(.corrupt, "\(path): \(error); save it again")
        }
    }

    /// The names of all arrays.
    var names: [String] {
        zip.names.map { $0.hasSuffix(".npy") ? String($0.dropLast(4)) : $0 }
    }

    /// Whether there is an array of this name, or of a usual one where none is given.
    func has(_ name: String?, usual: [String]) -> Bool {
        name != nil || usual.contains { zip.names.contains("\($0).npy") }
    }

    /// The array of a name, or of a usual one where none is given.
    ///
    /// - Throws: ``DatasetError`` (78) where no such array is there, (65) where it is damaged.
    func array(_ name: String?, for part: Part) throws(DatasetError) -> NPYArray {
        let known = names
        guard let name = name ?? part.usual.first(where: known.contains) else {
            throw DatasetError(
                .impossible,
                "\(path): no array has a usual name for \(part.rawValue) (\(part.usual.joined(separator: ", ")));"
                    + " set \(part.rawValue) to one of \(known.joined(separator: ", "))")
        }
        guard known.contains(name) else {
            throw DatasetError(
                .impossible,
                "\(path): \(part.rawValue) names '\(name)', which is no array of it:"
                    + " \(nearest(to: name, among: known))")
        }
        do {
            return try NPYArray(try zip.contents(of: "\(name).npy"), path: "\(path): \(name)")
        } catch let error as DatasetError {
            throw error
        } catch {
            throw DatasetError(.corrupt, "\(path): \(error); save it again")
        }
    }
}

extension NPZArchive {
    /// The array of new samples, and that of their labels where the file has it.
    ///
    /// Samples to test on come before those to train on. A file of one array needs no name.
    ///
    /// - Parameter given: the names that the configuration gives.
    func newSamples(
        _ given: [Part: String]
    ) throws(DatasetError) -> (images: NPYArray, labels: NPYArray?) {
        let known = names
        func name(_ part: Part) -> String? {
            ((given[part].map { [$0] } ?? []) + part.usual).first(where: known.contains)
        }
        if known.count == 1 { return (try array(known[0], for: .images), nil) }
        let isTest = name(.testImages) != nil
        let labels = name(isTest ? .testLabels : .labels)
        return (
            try array(name(isTest ? .testImages : .images), for: .images),
            try labels.map { (name) throws(DatasetError) in try array(name, for: .labels) }
        )
    }
}

/// Samples that are to be classified, read as a data source reads its own.
public struct NewSamples: Sendable {
    /// The samples. Their labels are all 0: the classes that are known are ``labels``.
    public let samples: SampleSet
    /// Where each stands, for people: a file, or `rows.csv, line 7`.
    public let places: [String]
    /// The class that stands beside each; nil where none does.
    public let labels: [Int?]

    /// - Parameter shape: of a sample, C×H×W.
    /// - Precondition: there is a sample and a label for each place.
    init(
        shape: [Int], pixels: SampleSet.Pixels, classCount: Int, places: [String], labels: [Int?]
    ) {
        precondition(places.count == labels.count, "a label, or none, for each place")
        samples = SampleSet(
            shape: shape, pixels: pixels, labels: [Int](repeating: 0, count: places.count),
            classCount: classCount)
        self.places = places
        self.labels = labels
    }

    /// Some samples after others.
    ///
    /// - Precondition: there are some, and all have one shape and one kind of elements.
    init(joining parts: [NewSamples]) {
        let sets = parts.map(\.samples)
        self.init(
            shape: sets[0].shape, pixels: SampleSet.Pixels(joining: sets.map(\.pixels)),
            classCount: sets[0].classCount, places: parts.flatMap(\.places),
            labels: parts.flatMap(\.labels))
    }
}

/// Reads new samples as those of a view were read: in its shape, and by what was learned from the
/// samples to train on.
package protocol NewSampleReader: Sendable {
    /// The samples of files and folders, in the order in which these are named.
    ///
    /// - Parameter classes: those that labels may name.
    /// - Throws: ``DatasetError`` where a file is missing (66), damaged or of other classes (65),
    ///   or its samples are not of the view's form (78).
    func read(_ paths: [String], classes: ClassNames) throws(DatasetError) -> NewSamples

    /// How prompts become tokens; nil for samples that are no text of a language model.
    var coding: TextCoding? { get }
}

extension Corpus {
    /// The names of all classes: their numbers where the source names none.
    public var allClassNames: [String] {
        classNames ?? (0..<train.classCount).map(String.init)
    }

    /// Reads new samples as those of a view were read.
    ///
    /// - Parameter name: the view; nil for the default view.
    /// - Throws: ``DatasetError`` where a file is missing (66), damaged or of other classes (65),
    ///   or its samples are not of the view's form (78).
    public func newSamples(
        in paths: [String], view name: String? = nil
    ) throws(DatasetError) -> NewSamples {
        guard let reader = try view(name).reader else {
            throw DatasetError(.impossible, "data: \(self.name) reads no samples but its own")
        }
        return try reader.read(paths, classes: ClassNames(allClassNames))
    }
}

extension SampleSet.Pixels {
    /// Some samples after others, in memory.
    ///
    /// - Precondition: all are bytes, or all are floats.
    init(joining parts: [Self]) {
        guard parts.count > 1 else {
            self = parts[0]
            return
        }
        if case .floats = parts[0] {
            self = .floats(
                parts.flatMap { part -> [Float] in
                    guard case .floats(let values) = part else {
                        preconditionFailure("parts are of one kind")
                    }
                    return values
                })
        } else {
            self = .bytes(
                parts.flatMap { part -> [UInt8] in
                    switch part {
                    case .bytes(let values): return values
                    case .mapped(let values): return values.all
                    case .floats: preconditionFailure("parts are of one kind")
                    }
                })
        }
    }
}

extension SampleSet {
    /// The most classes that labels may name; more is a file of something else than labels.
    static let classLimit = 65_536

    /// The samples of two IDX files: images n×h×w or n×c×h×w (or plain vectors n×w), labels n.
    ///
    /// - Parameters:
    ///   - classCount: where nil, one more than the greatest label.
    ///   - firstLabel: the label of class 0.
    /// - Throws: ``DatasetError`` where a file is missing (66), or the two are damaged or do not
    ///   belong together (65).
    package init(
        images path: String, labels labelsPath: String, classCount: Int?,
        firstLabel: Int = 0
    ) throws(DatasetError) {
        let images = try IDXArray.read(path)
        let labels = try Self.labels(
            labelsPath, from: firstLabel, below: firstLabel + (classCount ?? Self.classLimit))
        try self.init(
            images, from: path, labels: labels, from: labelsPath,
            classCount: classCount ?? (labels.max() ?? 0) + 1)
    }

    /// Other images of samples whose labels were read before.
    ///
    /// - Parameter labelsPath: where from, for messages.
    /// - Throws: ``DatasetError`` where the file is missing (66), or is damaged or does not hold an
    ///   image for each label (65).
    init(
        images path: String, labelledAs other: SampleSet, from labelsPath: String
    ) throws(DatasetError) {
        try self.init(
            try IDXArray.read(path), from: path, labels: other.labels, from: labelsPath,
            classCount: other.classCount)
    }

    private init(
        _ images: IDXArray, from path: String, labels: [Int], from labelsPath: String,
        classCount: Int
    ) throws(DatasetError) {
        guard (2...4).contains(images.dimensions.count) else {
            throw DatasetError(
                .corrupt,
                "\(path): images have 2 to 4 dimensions, these have \(images.dimensions.count);"
                    + " are images and labels exchanged?")
        }
        guard images.dimensions[0] == labels.count else {
            throw DatasetError(
                .corrupt,
                "\(path) holds \(images.dimensions[0]) images, \(labelsPath) holds"
                    + " \(labels.count) labels; they do not belong together")
        }
        try images.elements.checkFinite(path)
        let shape = [Int](repeating: 1, count: 4 - images.dimensions.count)
        self.init(
            shape: shape + images.dimensions.dropFirst(), pixels: images.elements, labels: labels,
            classCount: classCount)
    }

    /// Labels from `first` to below `limit`, counted from 0.
    private static func labels(
        _ path: String, from first: Int, below limit: Int
    ) throws(DatasetError) -> [Int] {
        let array = try IDXArray.read(path)
        guard array.dimensions.count == 1 else {
            throw DatasetError(
                .corrupt,
                "\(path): labels have 1 dimension, these have \(array.dimensions.count);"
                    + " are images and labels exchanged?")
        }
        let labels: [Int?] =
            switch array.elements {
            case .bytes(let bytes): bytes.map(Int.init)
            case .mapped(let bytes): (0..<bytes.count).map { Int(bytes[$0]) }
            case .floats(let values): values.map { Int(exactly: $0) }
            }
        for (index, label) in labels.enumerated()
        where label.map({ !(first..<limit).contains($0) }) ?? true {
            throw DatasetError(
                .corrupt,
                "\(path): label \(index) is \(label.map(String.init) ?? "no whole number");"
                    + " labels lie in \(first)..<\(limit)\(first == 0 ? "" : " by first-label and classes")"
            )
        }
        return labels.compactMap { $0.map { $0 - first } }
    }
}

extension SampleSet.Pixels {
    /// - Throws: ``DatasetError`` (65) that names an element that is no finite number.
    func checkFinite(_ path: String) throws(DatasetError) {
        guard case .floats(let values) = self else { return }
        if let index = values.firstIndex(where: { !$0.isFinite }) {
            throw DatasetError(.corrupt, "\(path): element \(index) is \(values[index])")
        }
    }
}

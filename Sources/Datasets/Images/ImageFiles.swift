/// The image files of a data set with their classes, found but not read.
struct ImageFiles: Sendable {
    /// The classes of all.
    let classes: ClassNames
    /// The paths.
    private(set) var paths: [String] = []
    /// What each is named by: its path below the folder, or what a column of the manifest holds.
    private(set) var names: [String] = []
    /// The class of each.
    private(set) var labels: [Int] = []
    /// The numbers of those to train on.
    var train: [Int] = []
    /// The numbers of those to test on.
    var test: [Int] = []
    /// What was passed over, or is unlikely to be meant.
    private(set) var remarks: [String] = []

    /// No files yet.
    init(classes: ClassNames) { self.classes = classes }

    private static let endings: Set<String> = ["png", "jpg", "jpeg", "jpe", "jfif"]
    /// Deeper folders are a circle of links.
    private static let deepest = 16

    /// The folders of a folder, which are its classes, in the order of their names' UTF-8 bytes.
    ///
    /// - Throws: ``DatasetError`` where there is no such folder (66), or it holds no folders or
    ///   folders of parts in place of classes (78).
    static func classes(in folder: String) throws(DatasetError) -> ClassNames {
        let names = try DataFile.names(in: folder).filter { DataFile.isFolder("\(folder)/\($0)") }
        let parts = names.filter { ["train", "test", "val", "valid"].contains($0.lowercased()) }
        guard parts.count < names.count || names.count < 2 else {
            throw DatasetError(
                .impossible,
                "\(folder): holds the folders \(names.joined(separator: " and ")); name them as"
                    + " folder and test")
        }
        guard names.count >= 2 else {
            throw DatasetError(
                .impossible,
                "\(folder): holds \(names.count) folders; a folder for each class is needed, two at"
                    + " least, or a manifest")
        }
        let alike = Dictionary(grouping: names, by: \.self).values.filter { $0.count > 1 }
        guard alike.isEmpty else {
            throw DatasetError(
                .impossible,
                "\(folder): holds several folders of the same name, whose letters are written"
                    + " differently: \(alike.map { $0[0] }.sorted().joined(separator: ", "));"
                    + " put their pictures into one")
        }
        return ClassNames(names)
    }

    /// Adds the images in the folders of the classes, in the order of their paths' UTF-8 bytes.
    /// Hidden files and files of other kinds are passed over.
    ///
    /// - Parameter admitsMissing: whether a class may have no folder: it is remarked on.
    /// - Throws: ``DatasetError`` where a class has no readable folder (66), no image, or folders
    ///   that are links in a circle (78).
    mutating func append(_ folder: String, admitsMissing: Bool = false) throws(DatasetError) {
        let unknown = try DataFile.names(in: folder).filter {
            DataFile.isFolder("\(folder)/\($0)") && classes[$0] == nil
        }
        guard unknown.isEmpty else {
            throw DatasetError(
                .impossible,
                "\(folder)/\(unknown[0]): is no class of the training folder")
        }
        var others: [String] = []
        let first = paths.count
        let missing = classes.names.filter { !DataFile.isFolder("\(folder)/\($0)") }
        if admitsMissing, missing.count < classes.count, !missing.isEmpty {
            remarks.append(
                "\(folder): has no folder of \(missing.joined(separator: ", ")); \(missing.count) of"
                    + " \(classes.count) classes are not tested")
        }
        for (label, name) in classes.names.enumerated() {
            if admitsMissing, missing.contains(name) { continue }
            let before = paths.count
            try append("\(folder)/\(name)", label, depth: 0, &others)
            guard paths.count > before else {
                throw DatasetError(
                    .impossible,
                    "\(folder)/\(name): holds no PNG or JPEG file; add some, or take the folder"
                        + " away")
            }
        }
        guard paths.count > first else {
            throw DatasetError(.impossible, "\(folder): has no folder of any class")
        }
        names += paths[first...].map { String($0.dropFirst(folder.count + 1)) }
        if !others.isEmpty {
            remarks.append(
                "\(folder): \(others.count) files of other kinds are passed over, such as"
                    + " \(others[0])")
        }
    }

    /// These files alone: first those to train on, then those to test on.
    func restricted(to train: [Int], _ test: [Int]) -> ImageFiles {
        var chosen = self
        let all = train + test
        chosen.paths = all.map { paths[$0] }
        chosen.names = all.map { names[$0] }
        chosen.labels = all.map { labels[$0] }
        chosen.train = Array(0..<train.count)
        chosen.test = Array(train.count..<all.count)
        return chosen
    }

    /// Adds the images that a manifest lists, in its order.
    ///
    /// - Throws: ``DatasetError`` (65) where it names other classes.
    mutating func append(_ manifest: ImageManifest.Listing) throws(DatasetError) {
        paths += manifest.paths
        names += manifest.names
        labels += try TableLabels(classes: classes, missing: [""])
            .numbers(manifest.table, column: manifest.label)
    }

    private mutating func append(
        _ folder: String, _ label: Int, depth: Int, _ others: inout [String]
    ) throws(DatasetError) {
        guard depth < Self.deepest else {
            throw DatasetError(
                .impossible,
                "\(folder): lies more than \(Self.deepest) folders deep; take the link away that"
                    + " leads in a circle")
        }
        for name in try DataFile.names(in: folder) {
            let path = "\(folder)/\(name)"
            if DataFile.isFolder(path) {
                try append(path, label, depth: depth + 1, &others)
            } else if Self.isImage(name) {
                paths.append(path)
                labels.append(label)
            } else {
                others.append(path)
            }
        }
    }

    /// Whether a file is an image, by the ending of its name.
    static func isImage(_ name: String) -> Bool {
        guard let dot = name.lastIndex(of: ".") else { return false }
        return endings.contains(name[name.index(after: dot)...].lowercased())
    }
}

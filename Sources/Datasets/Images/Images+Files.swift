extension Images {
    /// All files, and which of them are to train and to test on.
    ///
    /// - Throws: ``DatasetError`` where a folder or a manifest is missing (66), a manifest is
    ///   damaged (65), or there are too few classes (78).
    ///
    /// - Parameter key: the column of manifests that names samples; nil for the one of the files.
    func files(naming key: String? = nil) throws(DatasetError) -> ImageFiles {
        var files = try trainFiles(key)
        let count = files.paths.count
        if let test {
            try files.append(test, admitsMissing: true)
        } else if let testManifest {
            try files.append(try columns.read(testManifest, folder: folder, naming: key))
        } else {
            (files.train, files.test) = share.split(
                labels: files.labels, classCount: files.classes.count)
            return files
        }
        files.train = Array(0..<count)
        files.test = Array(count..<files.paths.count)
        return files
    }

    private func trainFiles(_ key: String?) throws(DatasetError) -> ImageFiles {
        if let manifest {
            let listed = try columns.read(manifest, folder: folder, naming: key)
            let labels = try TableLabels(listed.table, column: listed.label, missing: [""])
            var files = ImageFiles(classes: labels.classes)
            try files.append(listed)
            return files
        }
        guard let folder else { preconditionFailure("a folder or a manifest is named") }
        var files = ImageFiles(classes: try ImageFiles.classes(in: folder))
        try files.append(folder)
        return files
    }
}

extension Images {
    /// The folders of the files that manifests list outside the folder; the files themselves where
    /// they lie in the folder in which the program was started. None where a manifest cannot be
    /// read.
    var listedPaths: [String] {
        let listed = [manifest, testManifest].compactMap(\.self).flatMap { path in
            (try? columns.read(path, folder: folder))?.paths ?? []
        }
        var places: Set<String> = []
        for path in listed where folder.map({ !path.hasPrefix("\($0)/") }) ?? true {
            let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
            places.insert(["", "."].contains(parent) ? path : parent)
        }
        return places.sorted().filter { place in !Self.lies(place, below: places) }
    }

    /// Whether a path is in a folder that is one of these, at any depth.
    private static func lies(_ path: String, below folders: Set<String>) -> Bool {
        path.indices.contains { path[$0] == "/" && folders.contains(String(path[..<$0])) }
    }
}

extension ImageFiles {
    /// Images that occur twice under different classes, or to train and to test on.
    func doubles(_ survey: ImageSurvey) -> [String] {
        var first: [[UInt8]: Int] = [:]
        let tested = Set(test)
        var remarks: [String] = []
        for (index, entry) in survey.entries.enumerated() {
            guard let other = first[entry.digest] else {
                first[entry.digest] = index
                continue
            }
            let isOfTwoClasses = labels[index] != labels[other]
            guard isOfTwoClasses || tested.contains(other) != tested.contains(index) else {
                continue
            }
            remarks.append(
                "\(paths[index]) is the same picture as \(paths[other]), "
                    + (isOfTwoClasses
                        ? "which has another class" : "and one of them is for testing"))
        }
        guard remarks.count > Self.mostDoubles else { return remarks }
        return remarks.prefix(Self.mostDoubles)
            + ["and \(remarks.count - Self.mostDoubles) more pictures occur twice"]
    }

    private static let mostDoubles = 10
}

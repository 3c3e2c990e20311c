extension Paired {
    /// Sample i of every source is the same sample.
    func loadByOrder() throws(DatasetError) -> Corpus {
        let corpus = try main.source.load()
        try corpus.checkOneLabel(for: "paired: \(main.title)")
        var views: [String: SampleView] = [:]
        var (facts, remarks) = (corpus.facts, corpus.remarks)
        for part in others {
            let other = try part.source.load()
            try other.checkOneLabel(for: "paired: \(part.title)")
            try Self.check(part.title, other.classNames, corpus.classNames)
            try Self.check(part.title, other.defaultView, against: corpus.defaultView)
            views[part.name] = other.defaultView
            facts += other.facts.map { "view '\(part.name)': \($0)" }
            remarks += other.remarks
        }
        return Corpus(
            name: Self.name, corpus.defaultView, views: views, classNames: corpus.classNames,
            facts: facts, remarks: remarks, origins: corpus.origins)
    }

    /// Where both sources name their classes, they name the same ones.
    private static func check(
        _ view: String, _ names: [String]?, _ known: [String]?
    ) throws(DatasetError) {
        guard let names, let known, names != known else { return }
        throw DatasetError(
            .impossible,
            "paired: \(view) has the classes \(names.joined(separator: ", ")), main has"
                + " \(known.joined(separator: ", ")); both must name the same ones")
    }

    private static func check(
        _ name: String, _ view: SampleView, against main: SampleView
    ) throws(DatasetError) {
        try check(name, view.train, against: main.train, "to train on")
        switch (view.test, main.test) {
        case (nil, nil): return
        case (let test?, let other?): try check(name, test, against: other, "to test on")
        default:
            throw DatasetError(
                .impossible,
                "paired: \(name) has \(view.test?.count ?? 0) samples to test on, main has"
                    + " \(main.test?.count ?? 0); name test data for both or for none")
        }
    }

    private static func check(
        _ name: String, _ set: SampleSet, against main: SampleSet, _ part: String
    ) throws(DatasetError) {
        guard set.count == main.count else {
            throw DatasetError(
                .impossible,
                "paired: \(name) has \(set.count) samples \(part), main has \(main.count);"
                    + " take out those that have no partner, or pair by name or key")
        }
        let others = set.labels.indices.filter { set.labels[$0] != main.labels[$0] }
        if let sample = others.first {
            throw DatasetError(
                .impossible,
                "paired: \(others.count) of \(set.count) samples \(part) of \(name) are of other"
                    + " classes than in main, such as sample \(sample): it is of class"
                    + " \(set.labels[sample]), in main of class \(main.labels[sample]); bring both"
                    + " into one order, or pair by name or key")
        }
        guard set.classCount == main.classCount else {
            throw DatasetError(
                .impossible,
                "paired: \(name) has \(set.classCount) classes, main has \(main.classCount)")
        }
    }
}

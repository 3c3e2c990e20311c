extension Paired {
    /// Samples of the same key are the same sample; main divides them.
    func loadByKeys() throws(DatasetError) -> Corpus {
        let known = try main.keyed()
        var matches: [SampleMatch] = []
        for part in others {
            matches.append(try SampleMatch(try part.keyed(), of: part.title, with: known))
        }
        let complaints = matches.compactMap(\.complaint)
        if unmatched == .refuse, !complaints.isEmpty {
            throw DatasetError(
                .impossible,
                complaints.map { "paired: \($0)" }.joined(separator: "\n  ")
                    + "; complete them, or set unmatched: drop")
        }
        func complete(_ samples: [Int]) -> [Int] {
            samples.filter { sample in matches.allSatisfy { $0.partners[sample] != nil } }
        }
        let (train, test) = (complete(known.train), complete(known.test))
        guard !train.isEmpty else {
            throw DatasetError(
                .impossible,
                "paired: no sample to train on has a partner in every view;"
                    + complaints.map { " \($0)" }.joined(separator: ";"))
        }
        let corpus = try known.load(train, test)
        var views: [String: SampleView] = [:]
        var facts = corpus.facts
        var remarks = corpus.remarks + complaints.map { "\($0); they are left out" }
        for (part, match) in zip(others, matches) {
            let other = try match.samples.load(
                train.compactMap { match.partners[$0] }, test.compactMap { match.partners[$0] })
            views[part.name] = other.defaultView.labelled(as: corpus.defaultView)
            facts += other.facts.map { "view '\(part.name)': \($0)" }
            remarks += other.remarks
        }
        return Corpus(
            name: Self.name, corpus.defaultView, views: views, classNames: corpus.classNames,
            facts: facts, remarks: remarks, origins: corpus.origins)
    }
}

extension SampleView {
    /// This view of samples whose classes another view of the same ones numbers.
    fileprivate func labelled(as main: SampleView) -> SampleView {
        func set(_ own: SampleSet, _ other: SampleSet) -> SampleSet {
            SampleSet(
                shape: own.shape, pixels: own.pixels, labels: other.labels,
                classCount: other.classCount)
        }
        return SampleView(
            train: set(train, main.train),
            test: test.flatMap { own in main.test.map { set(own, $0) } },
            normalization: normalization, contents: contents, reader: reader)
    }
}

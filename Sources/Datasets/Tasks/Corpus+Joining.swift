/// Corpora that are put together.
extension Corpus {
    /// One of them.
    struct Part {
        /// `digits, turned by 30°`, for people.
        let title: String
        let corpus: Corpus
    }

    /// The classes of one data source of several, of which a corpus was put together.
    public struct Origin: Equatable, Sendable {
        /// `digits, turned by 30°`, for people.
        public let title: String
        /// The numbers of its classes.
        public let classes: Range<Int>
        /// The names that the source gives them.
        public let names: [String]
    }

    /// The samples of several corpora, one after the other, each with classes of its own. All are
    /// normalized by the numbers of the first.
    ///
    /// - Parameter sharesClasses: whether the classes of all must be the same ones.
    /// - Throws: ``DatasetError`` (78) that lists all that does not go together.
    init(joining parts: [Part], sharingClasses sharesClasses: Bool) throws(DatasetError) {
        for part in parts { try part.corpus.checkOneLabel(for: "data: tasks: sources") }
        let mistakes = Self.mistakes(of: parts, sharingClasses: sharesClasses)
        guard mistakes.isEmpty else {
            throw DatasetError(
                .impossible, "data: tasks: sources: " + mistakes.joined(separator: "; "))
        }
        let corpora = parts.map(\.corpus)
        let sources = Self.origins(of: parts)
        self.init(
            name: Self.unique(corpora.map(\.name)).joined(separator: ", "),
            SampleView(
                joining: corpora.map(\.defaultView), classes: corpora.map(\.train.classCount)),
            views: Self.commonViews(of: corpora), classNames: Self.names(of: sources),
            facts: parts.flatMap { part in part.corpus.facts.map { "\(part.title): \($0)" } },
            remarks: Self.unique(corpora.flatMap(\.remarks)),
            origins: parts.flatMap { part in part.origins }, sources: sources)
    }

    private static func origins(of parts: [Part]) -> [Origin] {
        parts.reduce(into: []) { sources, part in
            let first = sources.last?.classes.upperBound ?? 0
            sources.append(
                Origin(
                    title: part.title, classes: first..<first + part.corpus.train.classCount,
                    names: part.corpus.allClassNames))
        }
    }

    /// The views that all have beside the default view.
    private static func commonViews(of corpora: [Corpus]) -> [String: SampleView] {
        let counts = corpora.map(\.train.classCount)
        return corpora[0].views.keys.reduce(into: [:]) { views, name in
            let own = corpora.compactMap { $0.views[name] }
            guard own.count == corpora.count else { return }
            views[name] = SampleView(joining: own, classes: counts)
        }
    }

    /// Each text once, in order.
    private static func unique(_ texts: [String]) -> [String] {
        texts.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// The names of all classes, with the task where several sources have one of a name.
    private static func names(of sources: [Origin]) -> [String] {
        let names = sources.flatMap(\.names)
        guard Set(names).count < names.count else { return names }
        return zip(1..., sources).flatMap { task, source in
            source.names.map { "\($0) of task \(task)" }
        }
    }

    private static func mistakes(of parts: [Part], sharingClasses: Bool) -> [String] {
        let first = parts[0].corpus
        return zip(2..., parts.dropFirst()).compactMap { number, part in
            part.corpus.objection(to: first, sharingClasses).map {
                "source \(number) (\(part.title)) \($0); source 1 is \(parts[0].title)"
            }
        }
    }

    /// Why the samples cannot stand beside those of the first source; nil where they can.
    private func objection(to first: Corpus, _ sharesClasses: Bool) -> String? {
        let (own, other) = (defaultView, first.defaultView)
        if own.train.shape != other.train.shape {
            return "has samples of \(Self.size(own)), and all need one shape, \(Self.size(other))"
        }
        if !own.contents.means(the: other.contents)
            || (own.contents == .image)
                != (other.contents == .image)
        {
            return "holds other \(own.contents.plural), \(own.contents.contrast)"
        }
        if own.contents == .features, name != first.name || own.train != other.train {
            return "holds features, which each source scales by numbers of its own; write all into"
                + " one table, and divide it by classes"
        }
        if (own.test == nil) != (other.test == nil) {
            return "has \(own.test?.count ?? 0) samples to test on, and source 1"
                + " \(other.test?.count ?? 0); name test data for all or for none"
        }
        guard sharesClasses, allClassNames != first.allClassNames else { return nil }
        return "has other classes, \(allClassNames.joined(separator: ", ")), and in the setting"
            + " 'domain' all have the same ones; make them alike, or take the setting 'task' or"
            + " 'class'"
    }

    private static func size(_ view: SampleView) -> String {
        view.train.shape.map(String.init).joined(separator: "×")
    }
}

extension Corpus.Part {
    /// Where each training sample comes from.
    fileprivate var origins: [String] {
        corpus.origins.isEmpty
            ? [String](repeating: title, count: corpus.train.count)
            : corpus.origins.map { "\(title): \($0)" }
    }
}

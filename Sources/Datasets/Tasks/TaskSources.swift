import Bytes

/// The data sources of tasks, which together are one corpus: the samples of one source after those
/// of the other, each with classes of its own.
struct TaskSources: Sendable {
    private let sources: [TaskSource]
    /// The data section's own set.
    private let main: (name: String, source: any DatasetSource)
    private let key: RandomKey

    /// - Parameters:
    ///   - main: the data section's own set, of those that name none.
    ///   - seed: the run's, for changes that are drawn.
    init(
        _ sources: [TaskSource], main: (name: String, source: any DatasetSource), seed: UInt64
    ) {
        self.sources = sources
        self.main = main
        key = RandomKey(seed: seed).child("task sources")
    }

    /// Reads all of them, each data set once.
    ///
    /// - Parameter sharesClasses: whether the classes of all must be the same ones.
    /// - Throws: ``DatasetError`` where one cannot be read, and (78) where they do not go together.
    func load(sharingClasses sharesClasses: Bool) throws(DatasetError) -> Corpus {
        var known: [TaskSource: Corpus] = [:]
        var parts: [Corpus.Part] = []
        for (task, source) in sources.enumerated() {
            let unchanged = TaskSource(set: source.set, options: source.options)
            let corpus: Corpus
            if let loaded = known[unchanged] {
                corpus = loaded
            } else {
                corpus = try (source.own ?? main.source).load()
                known[unchanged] = corpus
            }
            let change = source.change.drawn(by: key.child(task))
            parts.append(
                Corpus.Part(
                    title: (source.set ?? main.name) + change.suffix,
                    corpus: try corpus.changed(change, key: key.child(task), task: task)))
        }
        return try Corpus(joining: parts, sharingClasses: sharesClasses)
    }
}

extension TaskSource.Change {
    /// The same without anything that is yet to be drawn.
    ///
    /// - Parameter key: of the task.
    fileprivate func drawn(by key: RandomKey) -> Self {
        guard case .turnedWithin(let range) = self else { return self }
        let share = Double(key.uniform(at: 0))
        return .turned(range.lowerBound + share * (range.upperBound - range.lowerBound))
    }

    /// What stands behind a data set's name: `, turned by 30°`.
    fileprivate var suffix: String {
        switch self {
        case .none, .turnedWithin: ""
        case .permuted: ", permuted"
        case .turned(let degrees): ", turned by \(Self.text(degrees))°"
        }
    }

    /// With one decimal where there is one.
    private static func text(_ degrees: Double) -> String {
        let rounded = (degrees * 10).rounded() / 10
        return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
    }

    /// The key that asks for it.
    fileprivate var name: String {
        if case .permuted = self { "permute" } else { "rotate" }
    }

    /// - Parameters:
    ///   - shape: of an image.
    ///   - key: of the task.
    fileprivate func map(_ shape: [Int], key: RandomKey) -> SampleMap? {
        switch self {
        case .none, .turnedWithin: nil
        case .permuted: .permuted(shape, key: key)
        case .turned(let degrees): .turned(shape, degrees: degrees)
        }
    }
}

extension Corpus {
    /// The same samples with changed images, in every view.
    ///
    /// - Throws: ``DatasetError`` (78) where a view's samples are no images.
    fileprivate func changed(
        _ change: TaskSource.Change, key: RandomKey, task: Int
    ) throws(DatasetError) -> Corpus {
        guard change != .none else { return self }
        var changed: [String: SampleView] = [:]
        for (name, view) in views.merging(["": defaultView], uniquingKeysWith: { own, _ in own }) {
            guard view.contents == .image, let map = change.map(view.train.shape, key: key) else {
                throw DatasetError(
                    .impossible,
                    "data: tasks: source \(task + 1): \(change.name) is for images, and \(self.name)"
                        + " holds \(view.contents.plural); leave it out")
            }
            changed[name] = SampleView(
                train: map.applied(to: view.train), test: view.test.map(map.applied(to:)),
                normalization: view.normalization, contents: view.contents, reader: view.reader)
        }
        let main = changed.removeValue(forKey: "") ?? defaultView
        return Corpus(
            name: name, main, views: changed, classNames: classNames, facts: facts,
            remarks: remarks, origins: origins)
    }
}

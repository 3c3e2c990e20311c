import Options

/// Everything that a data source holds: samples to train and to test on, in one or more views.
public struct Corpus: Sendable {
    /// The data source's name in messages: `fashion-mnist`.
    public let name: String
    /// The view of a learner that names none.
    public let defaultView: SampleView
    /// The other views of the same samples, by name.
    public let views: [String: SampleView]
    /// The names of the classes in the order of their numbers; nil where the source names none.
    public let classNames: [String]?
    /// What a check shows of the samples beside their shape and counts, a line each.
    public let facts: [String]
    /// What is allowed and unlikely to be meant, a sentence each, with its place.
    public let remarks: [String]
    /// Where each training sample comes from, such as a file; none where the source does not say.
    public let origins: [String]
    /// The sources whose samples were put together, in the order of their classes; none where there
    /// is one.
    public let sources: [Origin]
    private let derived = DerivedViews()

    /// The training samples in the default view.
    public var train: SampleSet { defaultView.train }
    /// The test samples in the default view; nil where the data source was given none.
    public var test: SampleSet? { defaultView.test }
    /// The normalization of the default view.
    public var normalization: Normalization { defaultView.normalization }

    /// - Precondition: all views show the same samples.
    public init(
        name: String, _ defaultView: SampleView, views: [String: SampleView] = [:],
        classNames: [String]? = nil, facts: [String] = [], remarks: [String] = [],
        origins: [String] = [], sources: [Origin] = []
    ) {
        let isAlike = views.values.allSatisfy { $0.hasSamples(of: defaultView) }
        precondition(isAlike, "views show the same samples")
        precondition(
            origins.isEmpty || origins.count == defaultView.train.count, "an origin for each")
        self.name = name
        self.defaultView = defaultView
        self.views = views
        self.classNames = classNames
        self.facts = facts
        self.remarks = remarks
        self.origins = origins
        self.sources = sources
    }

    /// A corpus of one view, whose new samples are arrays, or pictures where these fit.
    ///
    /// - Parameter greatest: the greatest value of samples of bytes.
    public init(
        name: String, train: SampleSet, test: SampleSet?, normalization: Normalization,
        greatest: UInt8 = 255
    ) {
        self.init(
            name: name,
            SampleView(
                train: train, test: test, normalization: normalization,
                reader: ArrayReader(name: name, train: train, greatest: greatest)))
    }

    /// The view of a name: one that the source has, or one of ``DerivedView/all``.
    ///
    /// - Parameter name: nil for the default view.
    /// - Throws: ``DatasetError`` (78) where the corpus has no such view.
    public func view(_ name: String?) throws(DatasetError) -> SampleView {
        guard let name else { return defaultView }
        if let own = views[name] { return own }
        if let view = try derived.view(name, of: self) { return view }
        throw DatasetError(
            .impossible, "\(self.name) \(Self.complaint(about: name, known: knownViews))")
    }

    /// The names of views that the corpus may have.
    private var knownViews: [String] {
        views.keys + (defaultView.contents == .image ? DerivedView.all.map(\.name) : [])
    }

    /// What is wrong with the name of a view that data do not have, for a sentence about the data.
    public static func complaint(about view: String, known: some Sequence<String>) -> String {
        let known = known.sorted()
        let remedy =
            known.isEmpty
            ? "it has the default view alone; leave `view` out, or add data.options.views"
            : nearest(to: view, among: known)
        return "has no view '\(view)': \(remedy)"
    }

    /// Checks that a learner with these data can teach and learn from those with `other`.
    ///
    /// - Parameters:
    ///   - view: the learner's view of both; nil for the default view.
    ///   - learner: for messages.
    /// - Throws: ``DatasetError`` (78) where images or classes differ, or a view is missing.
    public func check(
        matches other: Corpus, view: String? = nil, learner: String
    ) throws(DatasetError) {
        let (ownView, otherView) = (try self.view(view), try other.view(view))
        let (own, theirs) = (ownView.train, otherView.train)
        guard own.shape == theirs.shape, own.classCount == theirs.classCount else {
            throw DatasetError(
                .impossible,
                "learner '\(learner)': its data (\(name)) are \(own.summary), the cohort's"
                    + " (\(other.name)) are \(theirs.summary);"
                    + " both must be alike (files that lack the last classes need options.classes)")
        }
        guard ownView.contents.means(the: otherView.contents) else {
            throw DatasetError(
                .impossible,
                "learner '\(learner)': its data (\(name)) hold other \(ownView.contents.plural) than"
                    + " the cohort's (\(other.name)), \(ownView.contents.contrast)")
        }
        guard let names = classNames, let known = other.classNames, names != known,
            let first = names.indices.first(where: { names[$0] != known[$0] })
        else { return }
        throw DatasetError(
            .impossible,
            "learner '\(learner)': class \(first) of its data (\(name)) is '\(names[first])', of the"
                + " cohort's (\(other.name)) '\(known[first])'; both must name the same classes")
    }
}

extension SampleSet {
    /// `1×28×28 images of 10 classes`.
    var summary: String {
        shape.map(String.init).joined(separator: "×") + " images of \(classCount) classes"
    }
}

import Synchronization

/// The derived views of a corpus, each computed once and when it is first asked for.
final class DerivedViews: Sendable {
    private let computed = Mutex<[String: SampleView]>([:])

    /// A derived view of a corpus; nil where there is none of that name.
    ///
    /// - Throws: ``DatasetError`` (78) where the samples have no such view.
    func view(
        _ name: String, of corpus: Corpus
    ) throws(DatasetError) -> SampleView? {
        guard let derived = DerivedView.named(name) else { return nil }
        if let known = computed.withLock({ $0[name] }) { return known }
        let view = try derived.samples(of: corpus.defaultView, corpus: corpus.name)
        computed.withLock { $0[name] = view }
        return view
    }
}

/// Sentences below a title: what the records of a run say.
public struct PageParagraph: Hashable, Sendable {
    /// A sentence, and what to try; nil where nothing is to be done.
    public struct Sentence: Hashable, Sendable {
        public var text: String
        public var advice: String?

        /// A sentence.
        public init(_ text: String, advice: String? = nil) {
            (self.text, self.advice) = (text, advice)
        }
    }

    /// `Helped`.
    public var title: String
    /// In their order.
    public var sentences: [Sentence]

    /// A paragraph.
    public init(_ title: String, _ sentences: [Sentence]) {
        (self.title, self.sentences) = (title, sentences)
    }

    /// For the page.
    var page: PageValue {
        .object([
            ("title", .text(title)),
            (
                "sentences",
                .list(
                    sentences.map {
                        .object([("text", .text($0.text)), ("advice", .maybe($0.advice))])
                    })
            ),
        ])
    }
}

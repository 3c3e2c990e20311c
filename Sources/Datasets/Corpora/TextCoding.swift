/// How the data of a language model make tokens of prompts, and text of what continues them.
///
/// ``SampleView/coding`` has it. It is a function of the files that were read, so that a prompt of
/// a trained model has the tokens that the same text had in training.
public struct TextCoding: Sendable {
    /// The tokens; ``TokenSet/end`` ends a text, and ``TokenSet/text(of:)`` decodes.
    public let tokens: TokenSet
    private let encoder: any TokenEncoder

    init(encoder: any TokenEncoder) {
        tokens = encoder.tokens
        self.encoder = encoder
    }

    /// The tokens of a text, without one that ends it.
    public func encode(_ text: String) -> [Int] {
        var encoder = encoder
        return encoder.encode(text)
    }
}

extension SampleView {
    /// How prompts become tokens; nil for samples that are no text of a language model.
    public var coding: TextCoding? { reader?.coding }
}

extension NewSampleReader {
    /// None: new samples are files.
    package var coding: TextCoding? { nil }
}

/// What reads no new samples: a language model continues texts.
struct RunningTextReader: NewSampleReader {
    let coding: TextCoding?

    func read(_ paths: [String], classes: ClassNames) throws(DatasetError) -> NewSamples {
        throw DatasetError(
            .impossible,
            "data: \(RunningText.name) holds text to continue, not samples to classify; use"
                + " `cohort generate RUN/LEARNER --prompt TEXT`")
    }
}

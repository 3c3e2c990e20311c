/// Reads texts by the tokens that the texts to train on gave.
struct TextReader: NewSampleReader {
    let format: TextFormat
    /// As it was before the first text was encoded.
    let encoder: any TokenEncoder
    /// Tokens of a sample.
    let length: Int

    func read(_ paths: [String], classes: ClassNames) throws(DatasetError) -> NewSamples {
        var entries: [LabelledTexts.Entry] = []
        for path in paths {
            let found = try format.newTexts(of: path, classes: classes)
            guard !found.isEmpty else {
                throw DatasetError(
                    .corrupt, "\(path == "-" ? "standard input" : path): holds no text")
            }
            entries += found
        }
        var part = TextPart(name: "new", entries: entries)
        var encoder = encoder
        part.encode(by: &encoder, length: length)
        let samples = part.samples(classes, encoder.tokens, length: length)
        return NewSamples(
            shape: samples.shape, pixels: samples.pixels, classCount: classes.count,
            places: entries.map(\.place), labels: entries.map { classes[$0.label] })
    }
}

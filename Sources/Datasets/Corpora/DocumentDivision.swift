/// Which texts are for training, and which for testing.
///
/// Where no test texts are named, a share of the texts is drawn by a seed if there are
/// ``fewestDrawn`` or more. Of fewer, the end of each is for testing.
struct DocumentDivision {
    let train: [Documents.Document]
    /// None where the share is 0.
    let test: [Documents.Document]
    /// How test texts were found, for people.
    let rule: String

    /// The fewest texts of which whole ones are drawn.
    static let fewestDrawn = 20

    /// - Parameters:
    ///   - test: the texts that were named for testing; nil for a share of the others.
    ///   - isOfLines: whether texts are single lines, of which whole ones are always drawn.
    /// - Throws: ``DatasetError`` (78) where a seed has nothing to draw.
    init(
        _ documents: Documents, test: Documents?, _ share: TestShare, isOfLines: Bool
    ) throws(DatasetError) {
        let all = documents.all
        if let test {
            self.init(train: all, test: test.all, rule: "the texts of \(test.path)")
        } else if share.share == 0 {
            self.init(train: all, test: [], rule: "none")
        } else if isOfLines || all.count >= Self.fewestDrawn {
            let split = share.split(labels: all.map { _ in 0 }, classCount: 1)
            self.init(
                train: split.train.map { all[$0] }, test: split.test.map { all[$0] },
                rule: "\(split.test.count) of \(all.count) \(isOfLines ? "lines" : "texts"), drawn"
                    + " by test-seed \(share.seed)")
        } else {
            guard share.seed == 0 else {
                throw DatasetError(
                    .impossible,
                    "\(documents.path): holds \(all.count) texts, and of fewer than"
                        + " \(Self.fewestDrawn) the end of each is for testing, so that test-seed"
                        + " has no effect; leave it out")
            }
            let parts = all.map { Self.divided($0, share: share.share) }
            for (isEmpty, name) in [
                (parts.allSatisfy { $0.train == nil }, "to train on"),
                (parts.allSatisfy { $0.test == nil }, "to test on"),
            ] where isEmpty {
                throw DatasetError(
                    .impossible,
                    "\(documents.path): its texts are so short that the share \(share.share) for"
                        + " testing leaves nothing \(name); name longer texts, or test texts")
            }
            self.init(
                train: parts.compactMap { $0.train }, test: parts.compactMap { $0.test },
                rule: "the end of each of \(all.count) texts")
        }
    }

    private init(train: [Documents.Document], test: [Documents.Document], rule: String) {
        (self.train, self.test, self.rule) = (train, test, rule)
    }

    /// A text up to a share at its end, and that end from the next line on; where there is none,
    /// from the next character on.
    private static func divided(
        _ document: Documents.Document, share: Double
    ) -> (train: Documents.Document?, test: Documents.Document?) {
        let bytes = Array(document.text.utf8)
        let wanted = bytes.count - Int((share * Double(bytes.count)).rounded())
        let line = bytes[max(0, wanted - 1)...].firstIndex(of: 0x0A).map { $0 + 1 } ?? bytes.count
        let character = bytes[wanted...].firstIndex { $0 & 0xC0 != 0x80 } ?? bytes.count
        let start = line < bytes.count ? line : character
        func part(_ range: Range<Int>) -> Documents.Document? {
            range.isEmpty
                ? nil
                : .init(place: document.place, text: String(decoding: bytes[range], as: UTF8.self))
        }
        return (part(0..<start), part(start..<bytes.count))
    }
}

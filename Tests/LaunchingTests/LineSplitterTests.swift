import Launching
import Testing

@Suite(.timeLimit(.minutes(1)))
struct LineSplitterTests {
    let text = "one\n\ntwo wörds\u{2028}still two\r\nlast"
    let lines = ["one", "", "two wörds\u{2028}still two\r", "last"]

    @Test func linesDoNotDependOnHowTheBytesCome() {
        for size in 1...text.utf8.count {
            var splitter = LineSplitter()
            var found: [String] = []
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                found += splitter.lines(in: rest.prefix(size))
                rest = rest.dropFirst(size)
            }
            found += splitter.finish().map { [$0] } ?? []
            #expect(found == lines)
        }
    }

    @Test func aStreamThatEndsWithALineHasNoRest() {
        var splitter = LineSplitter()
        #expect(splitter.lines(in: Array("a\n".utf8)) == ["a"])
        #expect(splitter.finish() == nil)
    }

    @Test func aLineBeyondTheLimitComesInPieces() {
        var splitter = LineSplitter(limit: 4)
        #expect(splitter.lines(in: Array("abcdefghij\nk\n".utf8)) == ["abcd", "efgh", "ij", "k"])
    }
}

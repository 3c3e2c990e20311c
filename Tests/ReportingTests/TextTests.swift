import Reporting
import Testing

/// How several values are written as one.
struct TextTests {
    @Test(arguments: [
        ([], "-"), ([0.25], "25.00%"), ([0.2, 0.4], "30.00% ± 14.14"),
        ([0.5, 0.5, 0.5], "50.00% ± 0.00"),
    ])
    func sharesHaveTheirMeanAndSpread(values: [Double], wanted: String) {
        #expect(Text.spread(ofShares: values) == wanted)
    }

    @Test(arguments: [
        ([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c"),
        (["a", "b", "c", "d"], "a, b and 2 more"),
    ])
    func wordsAreListedAsInASentence(words: [String], wanted: String) {
        #expect(Text.list(words, most: 2) == wanted)
    }

    @Test func aDigestIsShownByItsFirstDigits() {
        #expect(Text.digest(String(repeating: "0123456789abcdef", count: 4)) == "0123456789ab…")
        #expect(Text.digest("ab12") == "ab12")
    }
}

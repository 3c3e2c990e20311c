import Datasets
import Foundation
import Testing

@Suite(.timeLimit(.minutes(1))) struct DelimitedTextTests {
    private func records(_ text: String) throws -> [TextRecord] {
        try DelimitedText.records(Array(text.utf8), delimiter: UInt8(ascii: ","), path: "f.csv")
    }

    @Test(arguments: ["quotes.csv", "bom.tsv", "cr.csv"])
    func fieldsAreThoseOfPythonsModule(_ file: String) throws {
        let records = try DelimitedText.records(
            Expected.bytes(file), delimiter: Delimiter.auto.byte(for: file), path: file)
        #expect(records.map(\.fields) == (try Expected.value(file, as: [[String]].self)))
    }

    @Test func recordsKnowTheLinesOnWhichTheyBegin() throws {
        #expect(try records("a\n\"b\nc\"\r\n\nd").map(\.line) == [1, 2, 5])
    }

    /// Every mistake of a file is named with its line.
    @Test func mistakesAreNamedTogether() {
        let text = message { try records("a\n\"b\"c\n\"d\"e,f\n\"g") }
        #expect(text.hasPrefix("f.csv: line 2: characters follow a closing quote"), "\(text)")
        #expect(text.contains("line 3: characters") && text.contains("line 4: a quoted field"))
        #expect(exitCode { try records("\"g") } == .corruptData)
    }

    @Test(
        arguments: [
            ([0xFF, 0xFE, 0x61, 0], "UTF-16"), ([0x61, 0x0A, 0xE9], "line 2: is not UTF-8"),
            ([0x61, 0, 0x0A], "line 1: holds a zero byte"),
        ] as [([UInt8], String)])
    func whatIsNoTextIsRefused(_ bytes: [UInt8], _ expected: String) {
        let text = message {
            try DelimitedText.records(bytes, delimiter: UInt8(ascii: ","), path: "f.csv")
        }
        #expect(text.contains(expected), "\(text)")
    }
}

import Foundation
import Reporting
import Testing

@Suite(.timeLimit(.minutes(1)))
struct SweepTableTests {
    private let rows = [
        SweepTable.Row(
            values: ["0.01"], accuracies: ["a": [0.5, 0.7], "b": [0.9, 0.9]], runs: ["r/1", "r/2"]),
        SweepTable.Row(
            values: ["0.1"], accuracies: ["a": [0.8, 0.8], "b": [0.5, 0.5]], runs: ["r/3", "r/4"]),
        SweepTable.Row(values: ["1"], accuracies: [:], runs: []),
    ]

    private func table(by best: String?) -> SweepTable {
        SweepTable(rows, paths: ["rate"], learners: ["a", "b"], sortedBy: best)
    }

    @Test func theBestStandsFirst() {
        #expect(table(by: nil).rows.map(\.values) == [["0.01"], ["0.1"], ["1"]])
        #expect(table(by: "a").rows.map(\.values) == [["0.1"], ["0.01"], ["1"]])
    }

    @Test func aTableShowsMeansWithTheirSpread() {
        let lines = table(by: "a").text(.table).split(separator: "\n").map {
            $0.split(separator: " ").joined(separator: " ")
        }
        #expect(
            lines == [
                "validation accuracy (mean ± standard deviation over 2 seeds), ranked by a",
                "rate a b mean", "0.1 80.00% ± 0.00 50.00% ± 0.00 65.00% ± 0.00",
                "0.01 60.00% ± 14.14 90.00% ± 0.00 75.00% ± 7.07", "1 - - -",
            ])
    }

    /// Also where its first seed came to more than the others.
    @Test func whatFailedComesLast() throws {
        let failed = SweepTable.Row(
            values: ["10"], accuracies: ["a": [0.99], "b": [0.99]], runs: ["r/5"],
            failure: "'a' ended with exit code 70")
        let table = SweepTable(
            [failed] + rows.prefix(2), paths: ["rate"], learners: ["a", "b"], sortedBy: nil)
        #expect(table.rows.map(\.values) == [["0.01"], ["0.1"], ["10"]])
        let last = try #require(table.text(.table).split(separator: "\n").last)
        #expect(last.split(separator: " ") == ["10", "failed", "failed", "failed"])
        let lines = table.text(.json).split(separator: "\n")
        #expect(lines[2].contains(#""failure":"'a' ended with exit code 70""#))
        #expect(!lines[0].contains("failure"))
    }

    @Test func whatDecidesStandsInTheTitle() {
        let row = SweepTable.Row(values: ["1"], accuracies: ["a": [0.5]], runs: ["r/1"])
        let alone = SweepTable([row], paths: ["rate"], learners: ["a"], sortedBy: nil)
        #expect(
            alone.text(.table) == "validation accuracy, ranked by a\nrate       a\n1     50.00%\n")
        #expect(table(by: nil).text(.table).contains("seeds), ranked by mean\n"))
    }

    @Test func jsonHoldsEverySeed() throws {
        let line = try #require(table(by: nil).text(.json).split(separator: "\n").first)
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect(object["settings"] as? [String: String] == ["rate": "0.01"])
        #expect((object["accuracies"] as? [String: [Double]])?["a"] == [0.5, 0.7])
        #expect(object["runs"] as? [String] == ["r/1", "r/2"])
    }
}

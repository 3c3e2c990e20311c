import Bytes
import Foundation
import Reporting
import Testing

@testable import Dashboard

@Suite struct PageTests {
    private static let hostile = "</script><script>alert(1)</script> {{DATA}} \u{2028}\"\\"

    @Test func writesNumbersShort() throws {
        let value = PageValue.numbers([0, 1, 1.0 / 3, -123_456.789, 2e-9, .nan, .infinity])
        #expect(value.json == "[0,1,0.33333,-123460,2e-09,null,null]")
    }

    @Test(arguments: [Double.greatestFiniteMagnitude, .leastNonzeroMagnitude, 5e-324, 1e308])
    func writesTheGreatestAndLeastNumbers(size: Double) throws {
        for value in [size, -size] {
            let json = PageValue.numbers([value]).json
            let read = try JSONDecoder().decode([Double].self, from: Data(json.utf8))
            let found = try #require(read.first)
            #expect(abs(found / value - 1) < 1e-4, "\(json)")
        }
    }

    @Test func escapesTexts() throws {
        let json = PageValue.object([("a", .text(Self.hostile)), ("b", nil)]).json
        #expect(!json.contains("<") && !json.contains("\u{2028}"))
        let read = try JSONDecoder().decode([String: String].self, from: Data(json.utf8))
        #expect(read == ["a": Self.hostile])
    }

    @Test func takesNoTextOfTheRunForMarkup() throws {
        let page = Page(title: Self.hostile, data: .object([("name", .text(Self.hostile))]))
        #expect(!page.html.contains("alert(1)</script>"))
        #expect(page.html.components(separatedBy: "<script").count == 4)
        let clean = Page(title: "", data: nil)
        // What may run is what is there, and it depends on nothing that a run says.
        #expect(page.policy == clean.policy)
        #expect(!page.policy.contains("unsafe"))
    }

    @Test func loadsNothing() {
        let html = Page(title: "", data: nil).html
        let links = html.matches(of: /(src|href)="([^"]*)"/).map { String($0.2) }
        #expect(links.allSatisfy { $0.hasPrefix("#") || $0.hasPrefix("data:") }, "\(links)")
        #expect(!html.replacing("http://www.w3.org/2000/svg", with: "").contains("://"))
    }

    @Test func reportsARun() async throws {
        try await withRunFolder { folder in
            for (alone, accuracy) in [(true, 0.8), (false, 0.9)] {
                try folder.append(
                    [
                        Sample.start(), Sample.interval(1, loss: 3), Sample.interval(2, loss: .nan),
                        Sample.epoch(2, accuracy: accuracy), Sample.end(2, accuracy: accuracy),
                    ], of: "a", alone: alone)
            }
            let said = PageParagraph("Helped", [.init("a gained <b>", advice: "Go on.")])
            try ReportPage(folder.run, explanation: [said]).write(into: folder.run)
            let html = try String(contentsOfFile: folder.run.report, encoding: .utf8)
            let data = try Self.data(in: html)
            #expect(data["title"] as? String == "digits")
            let explanation = data["explanation"] as? [[String: Any]]
            let sentences = explanation?.first?["sentences"] as? [[String: String]]
            #expect(explanation?.first?["title"] as? String == "Helped")
            #expect(sentences == [["text": "a gained <b>", "advice": "Go on."]])
            #expect(data["configuration"] as? String == "name: digits\n")
            let learners = data["learners"] as? [[String: Any]] ?? []
            let accuracies = learners.map { [$0["key"] as? String, "\($0["accuracy"] ?? "")"] }
            #expect(accuracies == [["a", "0.9"], ["alone/a", "0.8"]])
            let edges = data["edges"] as? [[String: Any]] ?? []
            #expect(edges.first?["weight"] as? Int == 2)
            #expect(edges.first?["teacher"] as? String == "b")
        }
    }

    @Test func refusesARunWithoutRecords() async throws {
        try await withRunFolder { folder in
            let error = #expect(throws: DiskError.self) { try ReportPage(folder.run) }
            #expect(error?.exitCode == .corruptData)
        }
    }

    /// The data that a report carries.
    private static func data(in html: String) throws -> [String: Any] {
        let mark = "<script type=\"application/json\" id=\"data\">"
        let rest = html.components(separatedBy: mark)[1]
        let text = rest.components(separatedBy: "</script>")[0]
        let value = try JSONSerialization.jsonObject(with: Data(text.utf8))
        return value as? [String: Any] ?? [:]
    }
}

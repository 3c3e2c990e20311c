import Foundation
import Testing

@testable import Dashboard

@Suite struct PagePartsTests {
    private static let members: PageParts.Members = [
        ("whole", .bool(true)), ("title", .text("digits")),
        ("learners", .list((0..<100).map { .object([("key", .text("learner \($0)"))]) })),
        (
            "series",
            .object([
                ("loss", .list((0..<30).map { .numbers([Double($0), 1, 2]) })),
                ("rate", .list([])),
            ])
        ),
        (
            "disputes",
            .object([("measure", .text("answers")), ("notes", .list([])), ("classes", nil)])
        ),
        ("messages", .list((0..<50).map { .integer($0) })),
    ]

    @Test func leavesWhatIsShortInOnePart() {
        let parts = PageParts.split(Self.members, atMost: 1 << 20)
        #expect(parts.map { PageValue.object($0).json } == [PageValue.object(Self.members).json])
    }

    @Test(arguments: [1, 100, 1000])
    func cutsWhatIsLong(length: Int) throws {
        let parts = PageParts.split(Self.members, atMost: length)
        let read = try parts.map { part in
            try JSONSerialization.jsonObject(with: Data(PageValue.object(part).json.utf8))
                as? [String: Any] ?? [:]
        }
        #expect(read.first?["whole"] as? Bool == true)
        // What a page replaces as a whole is never cut.
        let disputes = read.compactMap { $0["disputes"] as? [String: Any] }
        #expect(disputes.count == 1 && disputes.first?["measure"] as? String == "answers")
        #expect((disputes.first?["notes"] as? [Any])?.isEmpty == true)
        #expect((read.last?["messages"] as? [Int])?.count == 50)
        let keys = read.flatMap { $0["learners"] as? [[String: String]] ?? [] }.map { $0["key"] }
        #expect(keys == (0..<100).map { "learner \($0)" })
        let losses = read.flatMap { ($0["series"] as? [String: [[Int]]])?["loss"] ?? [] }
        #expect(losses.map { $0.first } == (0..<30).map { $0 })
        for part in parts.dropFirst().dropLast() {
            let pieces = PageValue.object(part).json
            #expect(pieces.utf8.count <= length + 100, "\(pieces.prefix(80))")
        }
    }
}

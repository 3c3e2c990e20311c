import CohortGraph
import Testing

/// The rule for learners' names.
struct LearnerNameTests {
    @Test(arguments: ["a", "7", "Net-1_b", "relay-12", String(repeating: "x", count: 32)])
    func plainNamesAreValid(name: String) {
        #expect(LearnerName.isValid(name))
        #expect(LearnerName.problem(with: name) == nil)
    }

    /// Each would be an option, a path, a list or more than a message's header holds.
    @Test(arguments: [
        "", "-a", "_a", "a.b", "a/b", "../a", "a b", "a,b", "é", "a\0", "ⅷ",
        String(repeating: "x", count: 33),
    ])
    func otherNamesAreNot(name: String) {
        #expect(!LearnerName.isValid(name))
        #expect(
            LearnerName.problem(with: name)
                == "'\(name)' is not a learner's name; use letters, digits, '_' and '-', a letter or"
                + " digit first, 32 at most")
    }
}

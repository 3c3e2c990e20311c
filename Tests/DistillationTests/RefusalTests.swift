import Distillation
import NeuralNetwork
import Options
import Testing

/// What `prepare` refuses, and what it says.
@Suite(.timeLimit(.minutes(1)))
struct RefusalTests {
    private func refusal(
        _ loss: String, _ student: [Int], _ teacher: [Int], _ options: Setting? = nil
    ) -> String? {
        do {
            _ = try PreparedLoss(
                loss, options: options, student: [[4] + student], teacher: [[4] + teacher])
            return nil
        } catch {
            return (error as? SettingError)?.message
        }
    }

    @Test func classesMustBeTheSame() {
        #expect(
            refusal("kd", [5], [7])
                == "the shapes of logits do not fit, the learner's is 5 a sample, its teacher's 7:"
                + " they must be equal")
    }

    @Test(arguments: ["at", "nst"])
    func eitherSideMayBeTheLarger(_ loss: String) {
        #expect(refusal(loss, [3, 8, 8], [5, 4, 4]) == nil)
        #expect(refusal(loss, [3, 4, 4], [5, 8, 8]) == nil)
        #expect(refusal(loss, [3, 8, 8], [5, 8, 4]) != nil)
        #expect(refusal(loss, [3, 8, 8], [5, 3, 3]) != nil)
    }

    @Test func aHintNeedsAnImageAtLeastAsLargeOrInTheBenchmarkFormHalfOfIt() {
        #expect(refusal("hint", [3, 8, 8], [5, 4, 4]) == nil)
        #expect(refusal("hint", [3, 8, 6], [5, 7, 3]) == nil)
        #expect(refusal("hint", [3, 4, 4], [5, 8, 8])?.contains("at least the teacher's") == true)
        #expect(refusal("hint", [3, 8, 3], [5, 4, 4]) != nil)
        #expect(refusal("hint", [12], [20]) == nil)
        let benchmark = setting(["form": "benchmark"])
        #expect(refusal("hint", [3, 8, 8], [5, 4, 4], benchmark) == nil)
        #expect(refusal("hint", [3, 4, 4], [5, 8, 8], benchmark) == nil)
        #expect(refusal("hint", [3, 9, 5], [5, 4, 4], benchmark) == nil)
        #expect(refusal("hint", [3, 4, 4], [5, 8, 4], benchmark) != nil)
        let said = refusal("hint", [3, 3, 3], [5, 8, 8], benchmark)
        #expect(said?.contains("or half of them") == true)
    }

    @Test(arguments: ["at", "nst"])
    func anImageOfOnePixelTeachesNothing(_ loss: String) {
        #expect(refusal(loss, [3, 4, 4], [3, 1, 1])?.contains("one pixel") == true)
    }
}

import Distillation
import NeuralNetwork
import Options
import Testing

/// What `prepare` refuses, and what it says.
@Suite(.timeLimit(.minutes(1)))
struct RefusalTests {
    private func refusal(_ loss: String, _ student: [Int], _ teacher: [Int]) -> String? {
        do {
            _ = try PreparedLoss(loss, student: [[4] + student], teacher: [[4] + teacher])
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

    @Test func onlyTheLearnersMapIsAveragedForAHint() {
        #expect(refusal("hint", [3, 8, 8], [5, 4, 4]) == nil)
        #expect(refusal("hint", [3, 4, 4], [5, 8, 8])?.contains("whole multiple") == true)
        #expect(refusal("hint", [12], [20]) == nil)
    }

    @Test(arguments: ["at", "nst"])
    func anImageOfOnePixelTeachesNothing(_ loss: String) {
        #expect(refusal(loss, [3, 4, 4], [3, 1, 1])?.contains("one pixel") == true)
    }
}

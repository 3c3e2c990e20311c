import Foundation
import Reporting
import Testing

/// What follows from a matrix of accuracies.
@Suite(.timeLimit(.minutes(1))) struct TaskReportTests {
    private func report(_ accuracies: [[Double]]) -> TaskReport {
        TaskReport(
            setting: "class", order: [2, 1, 3], classes: [[2, 3], [0, 1], [4, 5]],
            accuracies: accuracies)
    }

    /// Forgetting is measured from the best of earlier rows, backward transfer from the diagonal.
    @Test func theFormulasAreThoseOfTheManual() {
        let all = report([[0.8, 0.1, 0], [0.9, 0.7, 0.1], [0.5, 0.75, 1]])
        #expect(abs(all.averageAccuracy - 0.75) < 1e-12)
        // (0.9 − 0.5 + 0.7 − 0.75) / 2 and (0.5 − 0.8 + 0.75 − 0.7) / 2
        #expect(abs((all.forgetting ?? 0) - 0.175) < 1e-12)
        #expect(abs((all.backwardTransfer ?? 0) + 0.125) < 1e-12)
    }

    /// Before the last task only those that were met count.
    @Test func tasksThatWereNotMetDoNotCount() {
        let two = report([[0.8, 0.1, 0], [0.6, 0.7, 0.3]])
        #expect(abs(two.averageAccuracy - 0.65) < 1e-12)
        #expect(abs((two.forgetting ?? 0) - 0.2) < 1e-12)
        let one = report([[0.8, 0.1, 0]])
        #expect(one.averageAccuracy == 0.8)
        #expect(one.forgetting == nil && one.backwardTransfer == nil)
    }

    @Test func readsBackFromJSON() throws {
        let all = report([[0.8, 0.1, 0], [0.9, 0.7, 0.1], [0.5, 0.75, 1]])
        let data = try JSONEncoder().encode(all)
        #expect(try JSONDecoder().decode(TaskReport.self, from: data) == all)
        let keys = try #require(
            try JSONSerialization.jsonObject(with: data) as? [String: Any]
        ).keys
        #expect(
            Set(keys) == [
                "setting", "order", "classes", "accuracies", "average_accuracy", "forgetting",
                "backward_transfer",
            ])
    }
}

import Reporting
import Testing

@Suite(.timeLimit(.minutes(1)))
struct GainTableTests {
    @Test func theTableSaysWhatWasGained() {
        let table = GainTable([
            .init(learner: "a", model: "mlp", parameters: 12_345, alone: 0.8, taught: 0.9),
            .init(learner: "long", model: "lenet", parameters: 61_706, alone: 0.9, taught: 0.8874),
            .init(learner: "t", model: "resnet8", parameters: 1, alone: nil, taught: 0.95),
        ])
        #expect(
            table.lines == [
                "learner  model    parameters   alone  taught  gain (points)",
                "a        mlp          12,345  80.00%  90.00%         +10.00",
                "long     lenet        61,706  90.00%  88.74%          -1.26",
                "t        resnet8           1       -  95.00%              -",
                "mean                          85.00%  89.37%          +4.37",
            ])
    }
}

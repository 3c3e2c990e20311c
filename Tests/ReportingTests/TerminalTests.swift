import Reporting
import Testing

@Suite(.timeLimit(.minutes(1)))
struct TerminalTests {
    @Test func rowsAreRedrawnInPlaceAndWordsScrollAbove() {
        var rows = LiveRows(learners: ["a", "b"], size: TerminalSize(rows: 24, columns: 200))
        var screen = Screen()
        screen.write(rows.show(Sample.full[0], at: 0))
        screen.write(rows.show(Sample.record(.interval(Sample.interval), learner: "b"), at: 1))
        screen.write(rows.add("the rendezvous is open"))
        screen.write(rows.show(Sample.record(.epoch(Sample.epoch)), at: 2))
        #expect(screen.lines.count == 4)
        #expect(screen.lines[0] == "the rendezvous is open")
        #expect(
            screen.lines[1].hasPrefix("a  epoch 7  120 of 8765 steps  train 97.53%  test 86.42%"))
        #expect(screen.lines[2].hasPrefix("b  epoch 7  step 120  task 1.234  total 1.691"))
        #expect(screen.lines[3] == "")
        screen.write(rows.finish())
        screen.write(rows.add("after the end"))
        #expect(screen.lines[3] == "after the end")
    }

    @Test func numbersAreDrawnOnceASecondAndAllInTheEnd() {
        var rows = LiveRows(learners: ["a"], size: TerminalSize(rows: 24, columns: 200))
        func interval(_ step: Int) -> Record {
            var report = Sample.interval
            report.step = step
            return Sample.record(.interval(report))
        }
        let drawings = (0..<100).filter { !rows.show(interval($0), at: Double($0) / 10).isEmpty }
        #expect(drawings == Array(stride(from: 0, through: 90, by: 10)))
        #expect(rows.refresh(at: 9.9).isEmpty)
        #expect(rows.refresh(at: 10).contains("step 99"))
        #expect(rows.refresh(at: 99).isEmpty)
        #expect(rows.show(interval(100), at: 10.1).isEmpty)
        #expect(rows.finish().contains("step 100"))
        #expect(rows.finish().isEmpty)
    }

    @Test func whatStartsOrEndsIsDrawnAtOnce() {
        var rows = LiveRows(learners: ["a"], size: TerminalSize(rows: 24, columns: 200))
        for record in [Sample.full[0], Sample.full[3], Sample.full[4]] {
            #expect(!rows.show(record, at: 0).isEmpty)
        }
    }

    @Test func rowsStayWithinTheTerminal() {
        let names = (0..<10).map { "learner-\($0)" }
        var rows = LiveRows(learners: names, size: TerminalSize(rows: 6, columns: 30))
        var screen = Screen()
        for name in names {
            screen.write(
                rows.show(Sample.record(.interval(Sample.interval), learner: name), at: 0))
        }
        screen.write(rows.refresh(at: 1))
        #expect(screen.lines.count == 6)
        #expect(screen.lines.allSatisfy { $0.count < 30 })
        #expect(screen.lines[4] == "and 6 more")
    }

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

/// A terminal that understands what the rows use: new lines, cursor up, erase below.
private struct Screen {
    var lines = [""]
    var row = 0

    mutating func write(_ text: String) {
        var rest = text[...]
        while let character = rest.popFirst() {
            switch character {
            case "\n":
                row += 1
                if row == lines.count { lines.append("") }
            case "\r": break
            case "\u{1B}": control(&rest)
            default: lines[row].append(character)
            }
        }
    }

    private mutating func control(_ rest: inout Substring) {
        rest.removeFirst()
        let number = rest.prefix(while: \.isNumber)
        rest = rest.dropFirst(number.count)
        switch rest.removeFirst() {
        case "A": row -= Int(number) ?? 1
        case "J": lines = lines[..<row] + [""]
        default: Issue.record("an unknown control")
        }
    }
}

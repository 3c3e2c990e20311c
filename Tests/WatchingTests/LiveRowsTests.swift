import Reporting
import Testing
import Watching

/// What stands on a terminal while learners train.
@Suite(.timeLimit(.minutes(1)))
struct LiveRowsTests {
    private func rows(
        _ learners: [String] = ["a", "b"], columns: Int = 200, lines: Int = 24,
        isColoured: Bool = false
    ) -> LiveRows {
        LiveRows(
            learners: learners, size: TerminalSize(rows: lines, columns: columns),
            style: TerminalStyle(isColoured: isColoured))
    }

    private func words(_ line: String) -> [Substring] { line.split(separator: " ") }

    @Test func rowsAreRedrawnInPlaceAndWordsScrollAbove() {
        var rows = rows()
        var screen = Screen()
        screen.write(rows.show(.start(), at: 0))
        screen.write(rows.show(.interval("b", to: 20), at: 1))
        screen.write(rows.add("the rendezvous is open"))
        screen.write(rows.show(.epoch(to: 30, test: 0.5), at: 2))
        #expect(screen.lines.count == 5)
        #expect(screen.lines[0] == "the rendezvous is open")
        #expect(screen.lines[1].hasPrefix(" learner"))
        #expect(screen.lines[2].hasPrefix("•a"))
        #expect(screen.lines[3].hasPrefix("•b"))
        #expect(screen.lines[4] == "")
        screen.write(rows.show(.notice("short of memory"), at: 2))
        #expect(screen.lines[1] == "a: warning: short of memory")
        screen.write(rows.finish())
        screen.write(rows.add("after the end"))
        #expect(screen.lines.contains("after the end"))
        #expect(screen.lines.filter { $0.contains("learner") }.count == 2)
    }

    @Test func everyNumberHasItsColumn() {
        var rows = rows(["a"])
        var screen = Screen()
        screen.write(rows.show(.start(), at: 0))
        screen.write(rows.show(.interval(to: 10, loss: 2), at: 1))
        screen.write(rows.show(.epoch(to: 10, test: 0.25), at: 2))
        screen.write(rows.show(.interval(to: 20, loss: 1.5, waits: ["b": 0.012]), at: 3))
        screen.write(rows.show(.epoch("a", to: 10, test: 0.2), in: .alone, at: 4))
        #expect(
            words(screen.lines[0]) == [
                "learner", "step", "task", "test", "left", "trend", "gain", "waits", "for",
                "steps/s", "epoch", "KL", "agrees", "ensemble", "rate",
            ])
        #expect(
            words(screen.lines[1]) == [
                "•a", "20/600", "1.500▼", "25.00%", "9:40", "█▁", "+5.00", "b", "12.0", "ms",
                "1.000", "2", "0.2500", "50.00%", "95.00%", "0.0500",
            ])
        #expect(words(screen.lines[2]).prefix(2) == ["•a", "alone"])
    }

    /// The last columns fall away first, and no line is wider than the terminal.
    @Test(arguments: [10, 20, 30, 40, 60, 80, 100, 120, 140])
    func columnsFallAwayFromTheRight(columns: Int) {
        func header(_ columns: Int) -> (words: [Substring], lines: [String]) {
            var rows = rows(["a", "a-learner-with-a-long-name"], columns: columns)
            var screen = Screen()
            screen.write(rows.show(.start(), at: 0))
            screen.write(rows.show(.epoch(to: 10, test: 0.25), at: 1))
            screen.write(rows.show(.interval(to: 10, waits: ["b": 0.012]), at: 2))
            return (words(screen.lines[0]), screen.lines)
        }
        let (titles, lines) = header(columns)
        #expect(lines.allSatisfy { $0.count < columns }, "\(lines)")
        #expect(lines.count == 4)
        #expect(titles.first == "learner" || columns == 10)
        #expect(
            titles.dropFirst().elementsEqual(header(500).words.dropFirst().prefix(titles.count - 1))
        )
        #expect(titles.count >= [10: 1, 20: 2, 30: 3, 80: 6, 140: 13][columns, default: 1])
    }

    @Test func numbersAreDrawnOnceASecondAndAllInTheEnd() {
        var rows = rows(["a"])
        let drawings = (0..<100).filter {
            !rows.show(.interval(to: $0), at: Double($0) / 10).isEmpty
        }
        #expect(drawings == Array(stride(from: 0, through: 90, by: 10)))
        #expect(rows.refresh(at: 9.9).isEmpty)
        #expect(rows.refresh(at: 10).contains("99"))
        #expect(rows.refresh(at: 11).isEmpty)
        #expect(rows.show(.interval(to: 100), at: 10.1).isEmpty)
        #expect(rows.finish().contains("100"))
        #expect(rows.finish().isEmpty)
    }

    @Test func whatStartsOrEndsIsDrawnAtOnce() {
        var rows = rows(["a"])
        for record in [Record.start(), .notice("word"), .end()] {
            #expect(!rows.show(record, at: 0).isEmpty)
        }
    }

    @Test func whatIsNewIsMarkedForAMoment() {
        var rows = rows()
        var screen = Screen()
        screen.write(rows.show(.start(), at: 0))
        screen.write(rows.show(.start("b"), at: 2))
        #expect(screen.lines[1...2].map { $0.prefix(2) } == ["•a", "•b"])
        #expect(rows.refresh(at: 2.9).isEmpty)
        screen.write(rows.refresh(at: 3))
        #expect(screen.lines[1...2].map { $0.prefix(2) } == [" a", "•b"])
        screen.write(rows.refresh(at: 5))
        #expect(screen.lines[1...2].map { $0.prefix(2) } == [" a", " b"])
        #expect(rows.refresh(at: 100).isEmpty)
    }

    @Test(arguments: [true, false])
    func thereIsColourWhereItIsWanted(isColoured: Bool) {
        var rows = rows(["a"], isColoured: isColoured)
        var plain = self.rows(["a"])
        var (screen, other) = (Screen(), Screen())
        for (record, now) in [(.interval(to: 10, loss: 2), 0), (.interval(to: 20), 1)]
            as [(Record, Double)]
        {
            screen.write(rows.show(record, at: now))
            other.write(plain.show(record, at: now))
        }
        #expect(screen.hasEmphasis == isColoured)
        #expect(screen.text == other.text)
    }

    @Test func noColourIsObeyed() {
        #expect(TerminalStyle(environment: [:]).isColoured)
        #expect(TerminalStyle(environment: ["NO_COLOR": ""]).isColoured)
        #expect(!TerminalStyle(environment: ["NO_COLOR": "1"]).isColoured)
    }

    @Test func ofManyLearnersThoseThatTrainAreShown() {
        let names = (0..<10).map { "n\($0)" }
        var rows = rows(names, columns: 60, lines: 6)
        var screen = Screen()
        for name in names.prefix(7) { screen.write(rows.show(.start(name), at: 0)) }
        for name in names.prefix(5) { screen.write(rows.show(.end(name), at: 0)) }
        #expect(screen.lines.count == 6)
        #expect(screen.lines[1...3].map { words($0)[0] } == ["•n5", "•n6", "n7"])
        #expect(screen.lines[4] == " and 7 more")
    }

    /// The terminal has folded the lines that were drawn before it became narrow.
    @Test func aNarrowedTerminalIsRedrawnFromItsFirstRow() {
        var rows = rows(columns: 100)
        var screen = Screen()
        screen.write(rows.show(.interval(to: 20), at: 0))
        rows.size = TerminalSize(rows: 24, columns: 20)
        let lengths = screen.lines.dropLast().map(\.count)
        let folded = lengths.reduce(0) { $0 + ($1 + 19) / 20 }
        #expect(folded > 3)
        #expect(rows.refresh(at: 0.1).hasPrefix("\u{1B}[\(folded)A\r"))
        #expect(rows.refresh(at: 0.2).isEmpty)
    }

    @Test func theFooterIsFoldedAtTheWidth() {
        var rows = rows(["a"], columns: 20, lines: 9)
        var screen = Screen()
        screen.write(rows.show(.start(), at: 0))
        rows.footer = "no process works on it; /a/path/of/many/folders"
        screen.write(rows.refresh(at: 2))
        #expect(
            screen.lines.dropFirst(2) == [
                " no process works", " on it;", " /a/path/of/many/f…", "",
            ])
        rows.size = TerminalSize(rows: 3, columns: 20)
        screen.write(rows.refresh(at: 4))
        #expect(screen.lines.suffix(2) == [" no process works", ""])
    }

    @Test func wideCharactersTakeTheirRoom() {
        var rows = rows(["学習者", "e\u{301}té", "🦊"])
        var screen = Screen()
        screen.write(rows.show(.start("学習者"), at: 0))
        // Six columns of three characters, so that three fewer follow than in the line below.
        let ends = screen.lines[1...3].map(\.count)
        #expect(screen.lines[1].hasSuffix("started"))
        #expect(ends[1] - ends[0] == 3 && ends[1] - ends[2] == 1, "\(screen.text)")
    }
}

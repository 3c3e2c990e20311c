import Charts
import Testing

/// Squares in rows and columns.
struct MatrixChartTests {
    private func chart(_ counts: [[Int]]) -> MatrixChart {
        let names = counts.indices.map { "c\($0)" }
        return MatrixChart(
            "mistakes", summary: "", titles: ("class", "answer"), names: (names, names),
            cells: counts.map { row in
                row.map { count in
                    MatrixChart.Cell(
                        shade: Double(count) / 10, text: "\(count)", note: "\(count) samples")
                }
            })
    }

    @Test(arguments: Theme.allCases) func eachSquareHasItsPlaceAndShade(_ theme: Theme) throws {
        let drawing = Drawing(chart([[10, 0], [5, 4]]).svg(theme))
        #expect(drawing.problem == nil)
        let squares = drawing.all("rect").filter { $0.attributes["class"] == "fill0" }
        try #require(squares.count == 4)
        let shades = squares.compactMap { $0.number("fill-opacity") }
        #expect(shades == [0.5, 0, 0.25, 0.2])
        let (x, y) = (squares.compactMap { $0.number("x") }, squares.compactMap { $0.number("y") })
        #expect(x[0] == x[2] && x[1] == x[3] && x[0] < x[1])
        #expect(y[0] == y[1] && y[2] == y[3] && y[0] < y[2])
        #expect(drawing.all("title").map(\.text).contains("5 samples"))
        let texts = drawing.all("text").map(\.text)
        for text in ["class", "answer", "c0", "c1", "10", "5"] { #expect(texts.contains(text)) }
    }

    /// Many classes: the squares stay within the image, without numbers that would not fit.
    @Test func manySquaresFit() {
        let chart = chart((0..<90).map { row in (0..<90).map { $0 == row ? 1234 : 0 } })
        let drawing = Drawing(chart.svg())
        for square in drawing.all("rect") {
            #expect((square.number("x") ?? 0) + (square.number("width") ?? 0) <= chart.width)
            #expect((square.number("y") ?? 0) + (square.number("height") ?? 0) <= chart.height)
        }
        #expect(!drawing.all("text").map(\.text).contains("1234"))
    }

    @Test func nothingIsSaidToBeNothing() {
        let drawing = Drawing(chart([]).svg())
        #expect(drawing.all("text").map(\.text).contains("no values to show"))
    }
}

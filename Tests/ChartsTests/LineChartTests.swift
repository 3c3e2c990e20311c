import Charts
import Testing

/// Where a chart draws what.
struct LineChartTests {
    private func chart(
        _ points: [Point], x: Axis = Axis("step"), y: Axis = Axis("loss")
    ) -> LineChart {
        LineChart("loss", x: x, y: y, series: [Series("a", points)])
    }

    /// The rectangle of the data: left, top, right, bottom.
    private func frame(_ drawing: Drawing) throws -> [Double] {
        let plot = try #require(drawing.all("rect").first { $0.attributes["class"] == "plot" })
        let (x, y) = (try #require(plot.number("x")), try #require(plot.number("y")))
        return [
            x, y, x + (try #require(plot.number("width"))),
            y + (try #require(plot.number("height"))),
        ]
    }

    @Test func pointsLandWhereTheyMust() throws {
        let points = [Point(0, 0), Point(25, 2), Point(100, 10)]
        let drawing = Drawing(chart(points).svg())
        #expect(drawing.problem == nil)
        let plot = try frame(drawing)
        let line = try #require(drawing.points(of: "a").first)
        let wanted = points.map {
            (plot[0] + $0.x / 100 * (plot[2] - plot[0]), plot[3] - $0.y / 10 * (plot[3] - plot[1]))
        }
        #expect(line.count == 3)
        for (found, wanted) in zip(line, wanted) {
            #expect(abs(found.x - wanted.0) < 0.011 && abs(found.y - wanted.1) < 0.011)
        }
    }

    @Test func onLogarithmicAxesTheGeometricMeanLiesInTheMiddle() throws {
        let points = [Point(1, 0.001), Point(100, 0.1), Point(10_000, 10)]
        let drawing = Drawing(
            chart(points, x: Axis("step", scale: .log), y: Axis("loss", scale: .log)).svg())
        let plot = try frame(drawing)
        let line = try #require(drawing.points(of: "a").first)
        try #require(line.count == 3)
        #expect(abs(line[1].x - (plot[0] + plot[2]) / 2) < 0.011)
        #expect(abs(line[1].y - (plot[1] + plot[3]) / 2) < 0.011)
        #expect(abs(line[0].y - plot[3]) < 0.011 && abs(line[2].y - plot[1]) < 0.011)
        let labels = drawing.all("text").map(\.text)
        for label in ["0.001", "0.1", "10", "100"] { #expect(labels.contains(label)) }
    }

    /// A tick's label stands where the tick's value lies.
    @Test func labelsStandAtTheirValues() throws {
        let chart = chart([Point(0, 0.5), Point(600, 0.93)], y: Axis("accuracy", labels: .percent))
        let drawing = Drawing(chart.svg())
        let label = try #require(drawing.all("text").first { $0.text == "80%" })
        let place = try #require(chart.position(of: Point(0, 0.8)))
        #expect(abs((label.number("y") ?? 0) - 4 - place.y) < 0.011)
        let step = try #require(drawing.all("text").first { $0.text == "200" })
        let column = try #require(chart.position(of: Point(200, 0.8)))
        #expect(abs((step.number("x") ?? 0) - column.x) < 0.011)
    }

    @Test func whatHasNoPlaceIsAGap() {
        let points = [
            Point(1, 1), Point(2, 2), Point(3, .nan), Point(4, 3), Point(5, 4), Point(6, 0),
            Point(7, 5),
        ]
        let linear = Drawing(chart(points).svg()).points(of: "a").map(\.count)
        #expect(linear == [2, 4])
        let drawing = Drawing(chart(points, y: Axis("loss", scale: .log)).svg())
        #expect(drawing.points(of: "a").map(\.count) == [2, 2])
        // The last point stands alone, and is a dot.
        #expect(drawing.all("circle").count == 5)
    }

    @Test func aChartWithoutValuesSaysSo() {
        for points in [[], [Point(1, .nan)]] {
            let drawing = Drawing(chart(points).svg())
            #expect(drawing.problem == nil)
            #expect(drawing.all("text").contains { $0.text == "no values to show" })
        }
    }

    @Test func oneValueHasARange() throws {
        let drawing = Drawing(chart([Point(3, 7), Point(4, 7)]).svg())
        let plot = try frame(drawing)
        let line = try #require(drawing.points(of: "a").first)
        #expect(line.allSatisfy { $0.y > plot[1] && $0.y < plot[3] })
    }

    /// A spike of one step among a million is drawn, and the file stays small.
    @Test func aMillionPointsStaySmallAndKeepTheirExtremes() throws {
        var points = (0..<1_000_000).map { Point(Double($0), 1 + Double($0 % 7) / 10) }
        points[654_321].y = 9
        points[123_456].y = -3
        let chart = chart(points)
        let svg = chart.svg()
        #expect(svg.utf8.count < 60_000)
        let line = Drawing(svg).points(of: "a").joined()
        for place in [0, 123_456, 654_321, 999_999] {
            let wanted = try #require(chart.position(of: points[place]))
            #expect(line.contains { abs($0.x - wanted.x) < 0.011 && abs($0.y - wanted.y) < 0.011 })
        }
        let columns = Dictionary(grouping: line) { $0.x.rounded(.down) }
        #expect(columns.values.allSatisfy { $0.count <= 5 })
    }

    @Test func anAxisThatIsGivenIsNotWidened() throws {
        let chart = chart(
            [Point(0, 0.31), Point(10, 0.52)], x: Axis("x", range: -10...30),
            y: Axis("y", range: 0.25...0.75))
        let plot = try frame(Drawing(chart.svg()))
        let corner = try #require(chart.position(of: Point(-10, 0.25)))
        #expect(abs(corner.x - plot[0]) < 0.011 && abs(corner.y - plot[3]) < 0.011)
        let middle = try #require(chart.position(of: Point(10, 0.5)))
        #expect(abs(middle.x - (plot[0] + plot[2]) / 2) < 0.011)
    }

    @Test func aBandEnclosesItsLine() throws {
        let points = (0..<5).map { Point(Double($0), Double($0)) }
        let chart = LineChart(
            "x", x: Axis("x"), y: Axis("y"),
            series: [Series("a", points, band: points.map { $0.y - 1...$0.y + 2 })])
        let drawing = Drawing(chart.svg())
        let band = try #require(
            drawing.all("path").first { $0.attributes["fill-opacity"] != nil }?.attributes["d"])
        #expect(band.hasPrefix("M") && band.hasSuffix("Z"))
        let corners = band.split { "MLZ".contains($0) }.map { pair in
            pair.split(separator: " ").compactMap { Double($0) }
        }
        let wanted =
            try points.map { try #require(chart.position(of: Point($0.x, $0.y + 2))) }
            + points.map { try #require(chart.position(of: Point($0.x, $0.y - 1))) }
        #expect(corners.count == wanted.count)
        for place in wanted {
            #expect(
                corners.contains { abs($0[0] - place.x) < 0.011 && abs($0[1] - place.y) < 0.011 })
        }
        #expect(drawing.points(of: "a").map(\.count) == [5])
    }
}

import Charts
import Foundation
import Testing

/// What readers can tell apart, in light and dark, with eyes and without.
struct AppearanceTests {
    private func chart(_ names: [String]) -> LineChart {
        LineChart(
            "test <accuracy> & \"loss\" \u{1}", x: Axis("step"), y: Axis("loss, nats"),
            series: names.enumerated().map { index, name in
                Series(name, [Point(0, 0), Point(1, Double(index))])
            })
    }

    /// The contrast of two colours by WCAG 2.1.
    private func contrast(_ one: String, _ other: String) -> Double {
        func luminance(_ colour: String) -> Double {
            let number = Int(colour.dropFirst(), radix: 16) ?? 0
            let parts = [16, 8, 0].map { shift -> Double in
                let value = Double(number >> shift & 255) / 255
                return value <= 0.03928 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
            }
            return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
        }
        let both = [luminance(one), luminance(other)].sorted()
        return (both[1] + 0.05) / (both[0] + 0.05)
    }

    @Test func coloursStandOutFromTheirGround() {
        for colour in Palette.light { #expect(contrast(colour, "#ffffff") >= 3, "\(colour)") }
        for colour in Palette.dark { #expect(contrast(colour, "#16181c") >= 3, "\(colour)") }
        #expect(Palette.light.count == Palette.dark.count)
    }

    @Test func sixtyFourLearnersHaveStrokesOfTheirOwn() {
        let strokes = (0..<64).map { Stroke(number: $0) }
        #expect(Set(strokes).count == 64)
        for (one, next) in zip(strokes, strokes.dropFirst()) {
            #expect(one.colour != next.colour && one.dash != next.dash)
        }
    }

    @Test(arguments: Theme.allCases) func everyThemeIsWellFormed(theme: Theme) {
        let names = ["a", "b<c", "d&e\u{8}", "ε"]
        let drawing = Drawing(chart(names).svg(theme))
        #expect(drawing.problem == nil)
        let texts = drawing.all("text").map(\.text)
        #expect(texts.contains("b<c") && texts.contains("ε") && texts.contains("d&e\u{FFFD}"))
        #expect(texts.contains("test <accuracy> & \"loss\" \u{FFFD}"))
        let paths = drawing.all("path").filter { $0.attributes["data-series"] != nil }
        let palette = theme == .dark ? Palette.dark : Palette.light
        #expect(paths.map { $0.attributes["stroke"] } == Array(palette.prefix(4)))
        #expect(Set(paths.map { $0.attributes["stroke-dasharray"] ?? "" }).count == 4)
        let style = drawing.all("style").first?.text ?? ""
        #expect(style.contains("prefers-color-scheme: dark") == (theme == .automatic))
    }

    /// WAI-ARIA: the image is named by its title, and described.
    @Test func aScreenReaderFindsTitleAndDescription() throws {
        let drawing = Drawing(chart(["a", "b"]).svg(id: "figure-2"))
        let root = try #require(drawing.elements.first)
        #expect(root.attributes["role"] == "img")
        let ids = (root.attributes["aria-labelledby"] ?? "").split(separator: " ").map(String.init)
        let named = ids.map { id in drawing.elements.first { $0.attributes["id"] == id } }
        #expect(named.map { $0?.name } == ["title", "desc"])
        #expect(named.last??.text == "loss, nats by step of a, b.")
    }

    @Test func manyNamesHaveRoomInTheLegend() {
        let chart = chart((0..<64).map { "learner-\($0)" })
        let drawing = Drawing(chart.svg())
        let lowest = drawing.all("text").compactMap { $0.number("y") }.max() ?? 0
        #expect(lowest < chart.height && chart.height > self.chart(["a"]).height)
        let names = drawing.all("text").filter { $0.text.hasPrefix("learner-") }
        #expect(names.count == 64)
        #expect(
            Set(names.map { "\($0.attributes["x"] ?? "") \($0.attributes["y"] ?? "")" }).count == 64
        )
    }

    @Test func chartsOfASheetLieBelowOneAnother() {
        let charts = [chart(["a"]), chart(["a", "b"])]
        let sheet = ChartSheet("both", summary: "two charts", charts)
        let drawing = Drawing(sheet.svg())
        #expect(drawing.problem == nil)
        #expect(sheet.height == charts[0].height + charts[1].height)
        let ids = drawing.elements.compactMap { $0.attributes["id"] }
        #expect(Set(ids).count == ids.count)
        #expect(
            drawing.all("g").contains {
                $0.attributes["transform"] == "translate(0 \(Int(charts[0].height)))"
            })
    }

    @Test func aSheetWithoutChartsSaysSo() throws {
        let drawing = Drawing(ChartSheet("gains", summary: "none", []).svg())
        #expect(drawing.problem == nil)
        let root = try #require(drawing.elements.first)
        let (width, height) = (root.number("width") ?? 0, root.number("height") ?? 0)
        let text = try #require(drawing.all("text").first { $0.text == "no values to show" })
        let place = (x: text.number("x") ?? -1, y: text.number("y") ?? -1)
        #expect(place.x > 0 && place.x < width && place.y > 0 && place.y < height)
        #expect(drawing.all("text").contains { $0.text == "gains" })
    }

    @Test func anIntervalReachesFromItsLowToItsHigh() throws {
        let chart = IntervalChart(
            "gains", summary: "s", x: Axis("points"),
            rows: [
                .init("a", 5, interval: 2...8, isEmphasized: true), .init("b", -1),
            ])
        let drawing = Drawing(chart.svg())
        #expect(drawing.problem == nil)
        let low = try #require(chart.map.position(of: 2))
        let high = try #require(chart.map.position(of: 8))
        let whisker = try #require(drawing.all("path").first?.attributes["d"])
        let numbers = whisker.split { "MH ".contains($0) }.compactMap { Double($0) }
        #expect(abs(numbers[0] - low) < 0.011 && abs(numbers[2] - high) < 0.011)
        #expect(numbers[1] == chart.middle(of: 0))
        let dots = drawing.all("circle")
        #expect(dots.count == 2 && dots[1].number("cy") == chart.middle(of: 1))
        let zero = try #require(drawing.all("line").first { $0.attributes["class"] == "reference" })
        #expect(abs((zero.number("x1") ?? 0) - (chart.map.position(of: 0) ?? -1)) < 0.011)
    }

    /// In DejaVu Sans, a wide font, `W` is 0.989 of the font's size, and `m` 0.974.
    @Test(arguments: [("W", 0.989), ("m", 0.974), ("n", 0.634), ("→", 0.838), ("報", 1.0)])
    func longNamesStayInTheImage(letter: String, ems: Double) throws {
        let name = String(repeating: letter, count: 90)
        let chart = IntervalChart(
            "gains", summary: "s", x: Axis("points"), rows: [.init("a", 1), .init(name, -1)])
        let drawing = Drawing(chart.svg())
        let label = try #require(drawing.all("text").first { $0.text == name })
        #expect(label.attributes["text-anchor"] == "end")
        #expect((label.number("x") ?? 0) - 90 * ems * 12 >= 0)
        // The values have as much room as beside short names.
        #expect(chart.map.end - chart.map.start > 300)
        #expect(abs((drawing.all("svg").first?.number("width") ?? 0) - chart.width) < 0.011)
        let short = IntervalChart("gains", summary: "s", x: Axis("x"), rows: [.init("a", 1)])
        #expect(short.width == 720)
    }
}

/// A picture of numbers as SVG 1.1: one file, without scripts, fonts or images from elsewhere.
public protocol Chart: Sendable {
    /// What it shows, in a few words.
    var title: String { get }
    /// What can be seen, for readers who cannot see it.
    var summary: String { get }
    /// In pixels.
    var width: Double { get }
    /// In pixels.
    var height: Double { get }

    /// The elements, which lie between 0, 0 and the size.
    ///
    /// - Parameter id: what the names of elements begin with, which must be unique in a page.
    func elements(_ theme: Theme, id: String) -> [SVGElement]
}

extension Chart {
    /// The chart as a whole file, or as an element of a page.
    ///
    /// - Parameter id: tells several charts of a page apart.
    public func svg(_ theme: Theme = .automatic, id: String = "chart") -> String {
        let ground = SVGElement(
            "rect",
            [
                "class": "ground", "width": coordinate(width), "height": coordinate(height),
                "fill": theme.ground,
            ])
        return SVGElement(
            "svg",
            [
                "xmlns": "http://www.w3.org/2000/svg", "class": "chart",
                "viewBox": "0 0 \(coordinate(width)) \(coordinate(height))",
                "width": coordinate(width), "height": coordinate(height), "color": theme.ink,
                "role": "img", "aria-labelledby": "\(id)-title \(id)-description",
            ],
            [
                SVGElement("title", ["id": "\(id)-title"], text: title),
                SVGElement("desc", ["id": "\(id)-description"], text: summary),
                SVGElement("style", text: theme.style), ground,
            ] + elements(theme, id: id)
        ).xml
    }
}

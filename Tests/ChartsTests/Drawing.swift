import Charts
import Foundation
import FoundationXML

/// What a reader of XML finds in an SVG file.
final class Drawing: NSObject, XMLParserDelegate {
    struct Element {
        var name: String
        var attributes: [String: String]
        var text = ""

        func number(_ attribute: String) -> Double? { attributes[attribute].flatMap(Double.init) }
    }

    private(set) var elements: [Element] = []
    private var open: [Int] = []
    /// Nil where the file is well-formed.
    private(set) var problem: String?

    init(_ svg: String) {
        super.init()
        let parser = XMLParser(data: Data(svg.utf8))
        parser.delegate = self
        if !parser.parse() { problem = parser.parserError.map { "\($0)" } ?? "it cannot be read" }
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
        qualifiedName: String?, attributes: [String: String]
    ) {
        open.append(elements.count)
        elements.append(Element(name: name, attributes: attributes))
    }

    func parser(
        _ parser: XMLParser, didEndElement name: String, namespaceURI: String?,
        qualifiedName: String?
    ) { open.removeLast() }

    func parser(_ parser: XMLParser, foundCharacters text: String) {
        if let last = open.last { elements[last].text += text }
    }

    func all(_ name: String) -> [Element] { elements.filter { $0.name == name } }

    /// The points of the lines of a series.
    func points(of series: String) -> [[(x: Double, y: Double)]] {
        all("path").filter { $0.attributes["data-series"] == series }.flatMap { path in
            (path.attributes["d"] ?? "").split(separator: "M").map { run in
                run.split(separator: "L").compactMap { pair in
                    let numbers = pair.split(separator: " ").compactMap { Double($0) }
                    return numbers.count == 2 ? (numbers[0], numbers[1]) : nil
                }
            }
        }
    }
}

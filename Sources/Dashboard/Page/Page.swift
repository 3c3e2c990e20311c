import Bytes
import Foundation

/// The page as one file of HTML: styles, program and data are in it, and it loads nothing.
struct Page: Sendable {
    /// The whole text.
    let html: String
    /// What a browser may do for it: its own style and program by their digests, and requests to
    /// where it came from.
    let policy: String

    /// A page.
    ///
    /// - Parameters:
    ///   - title: of the window.
    ///   - data: what it shows; nil for a page that asks its server.
    init(title: String, data: PageValue?) {
        let style = Self.text(PackageResources.page_css)
        let program = Self.program
        policy = [
            "default-src 'none'", "style-src '\(Self.digest(of: style))'",
            "script-src '\(Self.digest(of: program))'", "connect-src 'self'",
            "img-src 'self' data:", "base-uri 'none'", "form-action 'none'",
        ].joined(separator: "; ")
        let parts = [
            "TITLE": Self.escaped(title), "POLICY": policy, "STYLE": style, "PROGRAM": program,
            "CATALOGUE": Self.catalogue.json, "DATA": data?.json ?? "null",
        ]
        html = Self.fill(Self.text(PackageResources.page_html), with: parts)
    }

    /// The program: each file's text within one function, so that no name is the window's.
    private static let program: String = {
        let files = [
            PackageResources.format_js, PackageResources.elements_js, PackageResources.store_js,
            PackageResources.curves_js, PackageResources.chart_js, PackageResources.edges_js,
            PackageResources.graph_js, PackageResources.matrix_js, PackageResources.scores_js,
            PackageResources.disputes_js, PackageResources.tables_js, PackageResources.main_js,
        ]
        return "\"use strict\";\n(() => {\n" + files.map(text).joined(separator: "\n") + "})();\n"
    }()

    /// The metrics and quantities that the page offers.
    private static var catalogue: PageValue {
        func entry(_ name: String, _ title: String, _ unit: Metric.Unit) -> PageValue {
            .object([
                ("name", .text(name)), ("title", .text(title)), ("unit", .text(unit.rawValue)),
            ])
        }
        return .object([
            ("metrics", .list(Metric.all.map { entry($0.name, $0.title, $0.unit) })),
            ("quantities", .list(EdgeQuantity.all.map { entry($0.name, $0.title, $0.unit) })),
        ])
    }

    /// A template's text with `{{NAME}}` replaced; what is put in is not searched again.
    private static func fill(_ template: String, with parts: [String: String]) -> String {
        template.components(separatedBy: "{{").enumerated().map { place, piece in
            guard place > 0, let end = piece.range(of: "}}") else { return piece }
            return (parts[String(piece[..<end.lowerBound])] ?? "") + piece[end.upperBound...]
        }.joined()
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    private static func digest(of text: String) -> String {
        "sha256-" + Data(SHA256.digest(Array(text.utf8))).base64EncodedString()
    }

    /// A text as HTML.
    static func escaped(_ text: String) -> String {
        [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;")]
            .reduce(text) { $0.replacing($1.0, with: $1.1) }
    }
}

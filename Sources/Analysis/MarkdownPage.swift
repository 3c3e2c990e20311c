/// A page of Markdown: blocks with a blank line between each two.
struct MarkdownPage {
    private var blocks: [String] = []

    /// A page below a title.
    init(_ title: String) { add("# \(title)") }

    /// The page, which ends with one line end.
    var text: String { blocks.joined(separator: "\n\n") + "\n" }

    /// Adds a paragraph, a list or a table; nothing for one without content.
    mutating func add(_ block: String) {
        let lines = block.trimmingLineEnds
        if !lines.isEmpty { blocks.append(lines) }
    }

    /// Adds a section; nothing where no block has content.
    mutating func add(section title: String, _ content: String...) {
        add(section: title, contentsOf: content)
    }

    /// Adds a section of blocks; nothing where none has content.
    mutating func add(section title: String, contentsOf content: [String]) {
        guard content.contains(where: { !$0.trimmingLineEnds.isEmpty }) else { return }
        add("## \(title)")
        for block in content { add(block) }
    }

    /// A text as it is, of a language that readers colour.
    ///
    /// The fence is longer than any run of backticks in the text (CommonMark 0.31, 4.5).
    static func code(_ text: String, language: String) -> String {
        var longest = 0
        var run = 0
        for character in text.unicodeScalars {
            run = character == "`" ? run + 1 : 0
            longest = max(longest, run)
        }
        let fence = String(repeating: "`", count: max(3, longest + 1))
        return "\(fence)\(language)\n\(text.isEmpty ? "" : text.trimmingLineEnds + "\n")\(fence)"
    }
}

extension String {
    /// Without the line ends before the first line that has content, and after the last.
    fileprivate var trimmingLineEnds: String {
        guard let first = firstIndex(where: { !$0.isNewline }),
            let last = lastIndex(where: { !$0.isNewline })
        else { return "" }
        return String(self[first...last])
    }
}

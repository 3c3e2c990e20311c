import Experiment
import Options
import Simulation
import Testing

@Suite(.timeLimit(.minutes(1))) struct YAMLTests {
    func settings(_ text: String) throws(SettingError) -> Setting {
        try YAML.settings(of: text) { SourcePosition(file: "f", line: $0) }
    }

    @Test func keepsPlacesAndQuotes() throws {
        let setting = try settings("a: 1\r\n# comment\r\nb:\r\n  - \"2\"\r\n  - c: ~\r\n")
        func place(_ line: Int) -> SourcePosition { SourcePosition(file: "f", line: line) }
        let c = Setting.Entry(
            key: "c", position: place(5), value: Setting(.null, at: place(5))
        )
        #expect(
            setting["b"]?.value
                == Setting(
                    .list([
                        Setting(.scalar("2", isQuoted: true), at: place(4)),
                        Setting(.map([c]), at: place(5)),
                    ]), at: place(4)))
        #expect(setting["b"]?.position == place(3))
    }

    @Test func aliasesStandForTheirAnchors() throws {
        let setting = try settings("a: &x {k: 1}\nb: *x\n")
        #expect(setting["b"]?.value == setting["a"]?.value)
    }

    @Test(arguments: ["", "# nothing\n", "---\n"])
    func anEmptyDocumentIsNoValue(text: String) throws {
        #expect(try settings(text).value == .none)
    }

    @Test(arguments: [
        ("a: 1\nb: 2\na: 3\n", "f:1: 'a' is set here and again in line 3; keep one of them"),
        ("a: 1\nb: {c: 1, c: 2}", "f:2: 'c' is set here and again further down; keep one of them"),
        (
            "a: 1\nb: !!int 2",
            "f:2: tags ('tag:yaml.org,2002:int') are not supported; leave it out"
        ),
        ("a: !model mlp", "f:1: tags ('!model') are not supported; leave it out"),
        ("\na: !x [1]", "f:2: tags ('!x') are not supported; leave it out"),
        ("a: !x {b: 1}", "f:1: tags ('!x') are not supported; leave it out"),
        (
            "a: &x {b: 1}\nc:\n  <<: *x",
            "f:3: merge keys ('<<') are not supported; write the keys out"
        ),
        ("a: 1\n? [b]\n: 2", "f:2: a key is text, not a map or a list"),
        ("a: *x", "f:1: not YAML: found undefined alias"),
        (
            "a: 1\n---\nb: 2",
            "f:2: a second document begins ('---'), and a configuration is one; give it a file of its"
                + " own"
        ),
        (
            "a: [1, 2\nb: 3",
            "f:2: not YAML: did not find expected ',' or ']' while parsing a flow sequence"
        ),
        (
            "a:\n\t- 1",
            "f:2: not YAML: found character that cannot start any token while scanning for the next"
                + " token; a tab indents the line: use spaces"
        ),
        ("a: 1\nb: \u{1}", "f:2: not YAML: control characters are not allowed"),
        (
            String(repeating: "[", count: 40) + String(repeating: "]", count: 40),
            "f:1: a configuration has at most 32 levels"
        ),
    ])
    func refusesWithPlace(text: String, message: String) {
        let error = #expect(throws: SettingError.self) { try settings(text) }
        #expect(error?.description == message)
    }

    /// Ten anchors, each ten times the one before: 10¹⁰ values if they were all written out.
    @Test func aliasesCannotGrowWithoutBound() {
        var text = "a0: &a0 x\n"
        for level in 1...10 {
            let items = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(items)]\n"
        }
        let error = #expect(throws: SettingError.self) { try settings(text) }
        #expect(error?.message == "a configuration has at most 100000 values")
    }

    @Test func deepNestingIsRefused() {
        for text in [
            String(repeating: "[", count: 100_000), String(repeating: "- ", count: 50_000),
        ] {
            #expect(throws: SettingError.self) { try settings(text) }
        }
    }

    @Test(arguments: UInt64(1)...200)
    func whatIsWrittenReadsBack(seed: UInt64) throws {
        var generator = SplitMix(state: seed)
        let tree = Self.tree(depth: 4, using: &generator).unplaced
        #expect(try settings(tree.yaml).unplaced == tree, "\(tree.yaml)")
    }

    /// A random tree, with texts that are hard to write.
    static func tree(depth: Int, using generator: inout SplitMix) -> Setting {
        let texts = [
            "", "a", "null", "~", "true", "1e-3", "-5", "-", "- a", "a: b", "a #b", "#", "*a", "&a",
            "!a", "<<", "[", "}", ",", "'", "\"", "\\", "a\nb", "\t", "ü", "😀", "\u{7f}", "---",
            "...",
            "%a", "@", "`", "0x1F", ".5", "+1", "a, b", " a ", "?", ":", "\u{2028}", "\u{0}",
        ]
        func text() -> String { texts.randomElement(using: &generator) ?? "" }
        switch Int.random(in: 0...(depth == 0 ? 1 : 3), using: &generator) {
        case 0: return Setting(unwritten: .scalar(text(), isQuoted: true))
        case 1: return Setting(unwritten: .text(text()))
        case 2:
            let count = Int.random(in: 0...3, using: &generator)
            let items = (0..<count).map { _ in tree(depth: depth - 1, using: &generator) }
            return Setting(unwritten: .list(items))
        default:
            let keys = Set((0..<3).map { _ in text() })
            let entries = keys.sorted().map { key in
                Setting.Entry(
                    key: key, position: .unwritten, value: tree(depth: depth - 1, using: &generator)
                )
            }
            return Setting(unwritten: .map(entries))
        }
    }
}

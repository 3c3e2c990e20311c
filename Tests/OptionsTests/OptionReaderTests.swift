import Options
import Testing

/// A map of plain scalars, each on its own line of `f`.
func map(_ entries: KeyValuePairs<String, String>) -> Setting {
    let positioned = entries.enumerated().map { index, entry in
        let place = SourcePosition(file: "f", line: index + 1)
        return Setting.Entry(
            key: entry.key, position: place,
            value: Setting(.scalar(entry.value, isQuoted: false), at: place))
    }
    return Setting(.map(positioned), at: SourcePosition(file: "f", line: 1))
}

@Suite(.timeLimit(.minutes(1))) struct OptionReaderTests {
    enum Shape: String, CaseIterable { case round, square }

    /// Reads one option of each kind.
    func read(_ setting: Setting?) throws(SettingError) -> Setting {
        var reader = OptionReader(setting, subject: "thing")
        _ = reader.value("count", default: 3, in: 1...9)
        _ = reader.value("share", default: Float(0.5))
        _ = reader.value("word", default: "")
        _ = reader.flag("open", default: false)
        _ = reader.choice("shape", default: Shape.round)
        _ = reader.list("sizes", default: [1, 2])
        _ = reader.optional("limit", Double.self)
        _ = reader.setting("inner")
        try reader.finish()
        return reader.resolved
    }

    @Test(arguments: [
        (map(["count": "0"]), "f:1: thing: count is 0; it lies in 1...9"),
        (map(["count": "2.5"]), "f:1: thing: count is 2.5, not a whole number"),
        (map(["count": ""]), "f:1: thing: count has no value; give one or leave the key out"),
        (map(["share": "inf"]), "f:1: thing: share is 'inf', which is not finite"),
        (map(["limit": "1e999"]), "f:1: thing: limit is 1e999, which is not finite"),
        (map(["share": "half"]), "f:1: thing: share is 'half', not a number"),
        (map(["open": "yes"]), "f:1: thing: open is 'yes'; write true"),
        (map(["shape": "oval"]), "f:1: thing: shape is one of round, square and not 'oval'"),
        (map(["sizes": "x"]), "f:1: thing: sizes is 'x', not a whole number"),
        (map(["count": "1", "count": "2"]), "f:2: thing: 'count' is set twice"),
        (
            map(["count": "1", "coumt": "2"]),
            "f:2: thing: unknown key 'coumt': did you mean 'count'? known: count, share, word,"
                + " open, shape, sizes, limit, inner"
        ),
        (
            map(["x": "1"]),
            "f:1: thing: unknown key 'x': known: count, share, word, open, shape, sizes, limit,"
                + " inner"
        ),
        (
            Setting(.list([]), at: SourcePosition(file: "f", line: 7)),
            "f:7: thing: a map of options is expected"
        ),
    ])
    func refusesWithPlaceAndRemedy(setting: Setting, message: String) {
        let error = #expect(throws: SettingError.self) { try read(setting) }
        #expect(error?.description == message)
    }

    @Test func resolvedHoldsEveryDefault() throws {
        let expected = map([
            "count": "3", "share": "0.5", "word": "", "open": "false", "shape": "round",
        ])
        guard case .map(var entries) = expected.unplaced.value else { return }
        entries[2].value.value = .scalar("", isQuoted: true)
        let sizes = Setting(
            unwritten: .list(["1", "2"].map { Setting(unwritten: .scalar($0, isQuoted: false)) }))
        entries.append(Setting.Entry(key: "sizes", position: .unwritten, value: sizes))
        #expect(try read(nil).unplaced == Setting(unwritten: .map(entries)))
    }

    @Test func resolvedReadsBackAsItself() throws {
        let written = map(["share": "5e-1", "limit": "2", "word": "a b", "sizes": "7"])
        let resolved = try read(written)
        #expect(resolved["share"]?.value.value == .scalar("0.5", isQuoted: false))
        #expect(resolved["limit"]?.value.value == .scalar("2.0", isQuoted: false))
        #expect(resolved["word"]?.value.value == .scalar("a b", isQuoted: true))
        #expect(try read(resolved).unplaced == resolved.unplaced)
    }

    @Test func aShortFormSetsItsKey() throws {
        let place = SourcePosition(file: "f", line: 4)
        let list = Setting(.list([Setting(.scalar("a", isQuoted: false), at: place)]), at: place)
        var reader = OptionReader(list, subject: "thing", shortForm: "among")
        #expect(reader.names("among") == [PositionedName("a", at: place)])
        try reader.finish()
    }
}

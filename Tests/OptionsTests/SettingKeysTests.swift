import Options
import Testing

@Suite(.timeLimit(.minutes(1))) struct SettingKeysTests {
    private let keys: SettingKeys = [
        "rate": .numbers, "folder": .placement, "views": .each(["file": .placement]),
        "limits": ["wait": .placement, "count": .numbers],
    ]

    @Test func everyKeyIsListedByItsPath() {
        #expect(
            keys.listing.map { "\($0.path) \($0.effect)" } == [
                "folder placement", "limits.count numbers", "limits.wait placement",
                "rate numbers", "views.NAME.file placement",
            ])
    }

    @Test func aSettingIsReducedToOneEffect() {
        func scalar(_ text: String) -> Setting { Setting(unwritten: .text(text)) }
        func map(_ entries: KeyValuePairs<String, Setting>) -> Setting {
            Setting(
                unwritten: .map(
                    entries.map { Setting.Entry(key: $0, position: .unwritten, value: $1) }))
        }
        let setting = map([
            "rate": scalar("1"), "folder": scalar("x"),
            "views": map(["depth": map(["file": scalar("d")])]),
            "limits": map(["wait": scalar("2"), "count": scalar("3")]),
        ])
        #expect(
            setting.only(.numbers, by: keys)
                == map(["rate": scalar("1"), "limits": map(["count": scalar("3")])]))
        #expect(
            setting.only(.placement, by: keys)?.valuesByPath
                == ["folder": "x", "views.depth.file": "d", "limits.wait": "2"])
        #expect(setting.only(.display, by: keys) == nil)
    }

    /// Items of a list keep their places, whatever is left of them.
    @Test func itemsOfAListHaveKeysOfTheirOwn() throws {
        func item(_ entries: KeyValuePairs<String, String>) -> Setting {
            Setting(
                unwritten: .map(
                    entries.map {
                        Setting.Entry(
                            key: $0, position: .unwritten, value: Setting(unwritten: .text($1)))
                    }))
        }
        let keys = SettingKeys.items([
            ["folder": .placement, "rate": .numbers], ["folder": .placement],
            ["folder": .numbers],
        ])
        let setting = Setting(
            unwritten: .list([
                item(["folder": "x", "rate": "1"]), item(["folder": "y"]), item(["folder": "z"]),
            ]))
        #expect(
            setting.only(.numbers, by: keys)
                == Setting(
                    unwritten: .list([item(["rate": "1"]), item([:]), item(["folder": "z"])])))
        #expect(
            keys.listing.map(\.path) == ["1.folder", "1.rate", "2.folder", "3.folder"])
    }

    @Test func differencesNameBothValues() {
        let differences = SettingDifference.all(
            before: ["a": "1", "b": "2", "c": String(repeating: "a", count: 64)],
            now: ["a": "1", "b": "3", "c": String(repeating: "b", count: 64), "d": "4"])
        #expect(differences.listed == "b: 3, before 2; c: not as before; d: 4, before not set")
        #expect(differences[0].text(other: "there") == "b: 3, there 2")
    }
}

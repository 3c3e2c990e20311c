import Options
import Testing

/// What a registry of types makes here.
protocol Figure {
    var corners: Int { get }
}

struct Circle: Figure, OptionFree {
    static let name = "circle"
    static let summary = "no corners"
    let corners = 0
}

struct Polygon: Figure, Configurable {
    static let name = "polygon"
    static let summary = "some corners"
    static let shortForm: String? = "corners"
    let corners: Int

    init(options: inout OptionReader) throws(SettingError) {
        corners = options.value("corners", default: 3, in: 3...9)
    }
}

@Suite(.timeLimit(.minutes(1))) struct RegistryOfTypesTests {
    let registry = Registry<any Figure>(
        kind: "figure", [Circle.self, Polygon.self],
        families: [[.init("star", "five corners, twice") { _ in Circle() }]])

    @Test func listsTheNamesOfItsTypesInOrder() {
        #expect(registry.names == ["circle", "polygon", "star"])
        #expect(registry["polygon"]?.summary == "some corners")
        #expect(registry.options(of: "polygon").map(\.fallback) == ["3"])
    }

    @Test func makesATypeFromItsOptions() throws {
        #expect(try registry.make("circle").corners == 0)
        #expect(try registry.make("polygon", options: map(["corners": "5"])).corners == 5)
        let four = Setting(.scalar("4", isQuoted: false), at: .unwritten)
        #expect(try registry.make("polygon", options: four).corners == 4)
    }

    @Test func refusesOptionsOfATypeWithout() {
        #expect(throws: SettingError.self) {
            try registry.make("circle", options: map(["corners": "5"]))
        }
    }
}

@Suite(.timeLimit(.minutes(1))) struct RegistryTests {
    let registry = Registry<Int>(
        kind: "number",
        [
            .init("one", "the first") { _ in 1 },
            .init("times", "a multiple", shortForm: "by") { (options) throws(SettingError) in
                options.value("by", default: 2, in: 0...10)
            },
        ])

    @Test func makesByName() throws {
        #expect(try registry.make("times", options: map(["by": "5"])) == 5)
        #expect(try registry.make("times") == 2)
    }

    @Test func readsAShortForm() throws {
        let five = Setting(.scalar("5", isQuoted: false), at: .unwritten)
        let (product, options) = try registry.read("times", options: five)
        #expect(product == 5)
        #expect(options.unplaced == map(["by": "5"]).unplaced)
    }

    @Test(arguments: [
        ("tims", map([:]), "f:9: unknown number 'tims': did you mean 'times'? known: one, times"),
        ("one", map(["by": "2"]), "f:1: number 'one': unknown key 'by': it has no options"),
        ("times", map(["by": "11"]), "f:1: number 'times': by is 11; it lies in 0...10"),
    ])
    func refusesWithHints(name: String, options: Setting, message: String) {
        let error = #expect(throws: SettingError.self) {
            try registry.make(name, options: options, at: SourcePosition(file: "f", line: 9))
        }
        #expect(error?.description == message)
    }

    @Test func describesOptions() {
        let described = registry.options(of: "times")
        #expect(described.map(\.key) == ["by"])
        #expect(described.map(\.fallback) == ["2"])
        #expect(registry.options(of: "none").isEmpty)
    }
}

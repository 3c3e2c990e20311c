import Experiment
import Options
import Testing

@Suite(.timeLimit(.minutes(1))) struct OverrideTests {
    static let text = """
        training: {epochs: 5, schedule: cosine}
        learners:
          a: {model: mlp}
          b: {model: mlp}
        teaching:
          - mutual: [a, b]
        """

    /// The settings of ``text`` after overrides, as YAML.
    func changed(_ overrides: String...) throws(SettingError) -> Setting {
        var setting = try YAML.settings(of: Self.text) { SourcePosition(file: "f", line: $0) }
        for override in overrides {
            setting = try Override(override).applied(to: setting) { path in
                path == ["training", "schedule"] ? "kind" : nil
            }
        }
        return setting.unplaced
    }

    func value(_ yaml: String) throws(SettingError) -> Setting {
        try YAML.settings(of: yaml) { _ in .unwritten }.unplaced
    }

    @Test(arguments: [
        ("training.epochs=7", "{epochs: 7, schedule: cosine}"),
        ("training.epochs=", "{schedule: cosine}"),
        ("training.epochs=null", "{epochs: null, schedule: cosine}"),
        ("training.clip=~", "{epochs: 5, schedule: cosine, clip: null}"),
        ("training.clip=1", "{epochs: 5, schedule: cosine, clip: 1}"),
        (
            "training.optimizer={kind: sgd, rate: 0.1}",
            "{epochs: 5, schedule: cosine, optimizer: {kind: sgd, rate: 0.1}}"
        ),
        ("training.optimizer.rate=1", "{epochs: 5, schedule: cosine, optimizer: {rate: 1}}"),
        ("training.schedule.floor=0.1", "{epochs: 5, schedule: {kind: cosine, floor: 0.1}}"),
        ("training.schedule=constant", "{epochs: 5, schedule: constant}"),
    ])
    func changesMaps(override: String, training: String) throws {
        #expect(try changed(override)["training"]?.value == value(training))
    }

    @Test(arguments: [
        ("teaching.0.mutual=[a]", "[{mutual: [a]}]"),
        ("teaching.0.mutual.1=c", "[{mutual: [a, c]}]"),
        ("teaching.0.mutual.2=c", "[{mutual: [a, b, c]}]"),
        ("teaching.0.mutual.0=null", "[{mutual: [b]}]"),
        ("teaching.1.mutual=[b, a]", "[{mutual: [a, b]}, {mutual: [b, a]}]"),
        ("teaching.0=", "[]"),
    ])
    func changesLists(override: String, teaching: String) throws {
        #expect(try changed(override)["teaching"]?.value == value(teaching))
    }

    @Test func laterOnesSeeEarlierOnes() throws {
        let setting = try changed("training.epochs=", "training.steps=3", "exchange.window=4")
        #expect(try setting["training"]?.value == value("{schedule: cosine, steps: 3}"))
        #expect(try setting["exchange"]?.value == value("{window: 4}"))
    }

    @Test(arguments: [
        ("training.steps", "write a setting as path.to.key=value"),
        ("training..steps=1", "a part of the path is empty"),
        ("=1", "a part of the path is empty"),
        ("training.epochs.x=1", "training.epochs is '5', not a map (f:1)"),
        (
            "teaching.0.mutual.weight=2",
            "teaching.0.mutual is a list, whose items are counted from 0, not a map (f:6)"
        ),
        ("teaching.2.mutual=[a]", "teaching has no item 2; its 1 are counted from 0"),
        ("teaching.-1=x", "teaching has no item -1; its 1 are counted from 0"),
        (
            "training.epoch=",
            "there is no 'epoch' to take away: did you mean 'epochs'? known: epochs, schedule"
        ),
        (
            "training.epochs=[1",
            "not YAML: did not find expected ',' or ']' while parsing a flow sequence"
        ),
        (
            "training.epochs=!!int 3",
            "tags ('tag:yaml.org,2002:int') are not supported; leave it out"
        ),
    ])
    func refusesWithPlaceAndRemedy(override: String, message: String) {
        let error = #expect(throws: SettingError.self) { try changed(override) }
        #expect(error?.description == "\(override) on the command line: \(message)")
    }

    @Test func aConfigurationWritesOutShortForms() throws {
        let changed = try configuration(
            Self.text,
            overrides: [
                "teaching.0.mutual.temperature=2", "training.schedule.floor=0.5",
                "learners.a.training.optimizer=adamw",
                "learners.a.training.optimizer.rate=0.25",
            ])
        #expect(changed.graph.groups.map(\.edge.temperature) == [2, 2])
        #expect(
            changed["b"]?.training.schedule.options["floor"]?.value
                == .init(unwritten: .text("0.5")))
        #expect(changed["a"]?.training.optimizer.name == "adamw")
    }

    @Test func anUnknownPathIsAnUnknownKey() {
        let error = #expect(throws: SettingError.self) {
            try configuration(Self.text, overrides: ["trainin.steps=3"])
        }
        #expect(
            error?.description == "trainin.steps=3 on the command line: configuration: unknown key"
                + " 'trainin': did you mean 'training'? known: name, title, seed, data, training, learners,"
                + " teaching, compare, sinks, exchange, checkpoints, restarts, runs")
    }
}

import Options
import Reporting

/// A sink that learners have beside those that all have: `tensorboard`, or `{kind: tensorboard,
/// histograms: true}`.
public struct ChosenSink: Hashable, Sendable {
    /// Its name in the registry of sinks.
    public var name: String
    /// Whether it draws how the weights are distributed, at each test.
    public var histograms = false
    /// How many of a learner's first samples it draws.
    public var images = 0

    /// A sink that draws nothing.
    public init(_ name: String) { self.name = name }

    /// Reads the options, which those sinks have that draw.
    fileprivate init(_ name: String, _ options: inout OptionReader) {
        self.name = name
        guard SinkRegistry.entries.contains(where: { $0.name == name && $0.draws }) else { return }
        histograms = options.flag(
            "histograms", default: false,
            help: "draws how the weights are distributed, at each test")
        images = options.value(
            "images", default: 0, in: 0...100,
            help: "draws so many of the first samples that a learner trains on")
    }

    /// What it can be told to draw; none where it draws nothing.
    static func options(of name: String) -> [OptionDescription] {
        var options = OptionReader(nil, subject: "")
        _ = ChosenSink(name, &options)
        return options.described
    }

    /// The name alone where it draws nothing.
    var setting: Setting {
        NamedOptions(
            name: name,
            options: Setting(
                unwritten: .map(
                    (histograms ? [Self.entry("histograms", .scalar(true))] : [])
                        + (images > 0 ? [Self.entry("images", .scalar(images))] : [])))
        ).shortSetting
    }

    private static func entry(_ key: String, _ value: Setting) -> Setting.Entry {
        Setting.Entry(key: key, position: .unwritten, value: value)
    }
}

extension OptionReader {
    /// `sinks: [tensorboard, csv]`: what learners write beside what they always write.
    mutating func sinks() -> [ChosenSink] {
        let subject = "\(subject): sinks"
        let found = list(named: "sinks") { (name, options, position) throws(SettingError) in
            (sink: try Self.sink(name, options, at: position, subject), position: position)
        }
        for (index, item) in found.enumerated()
        where found[..<index].contains(where: { $0.sink.name == item.sink.name }) {
            note(SettingError("\(subject): '\(item.sink.name)' is named twice", at: item.position))
        }
        return found.map(\.sink)
    }

    private static func sink(
        _ name: String, _ options: Setting?, at position: SourcePosition?, _ subject: String
    ) throws(SettingError) -> ChosenSink {
        if let objection = objection(to: name) {
            throw SettingError("\(subject): \(objection)", at: position)
        }
        var reader = OptionReader(options, subject: "\(subject): \(name)")
        let sink = ChosenSink(name, &reader)
        try reader.finish()
        return sink
    }

    /// Why a configuration cannot choose a sink; nil where it can.
    private static func objection(to name: String) -> String? {
        let chosen = SinkRegistry.names(.chosen)
        switch SinkRegistry.entries.first(where: { $0.name == name })?.use {
        case .chosen: return nil
        case .always: return "'\(name)' is written by every learner; leave it out"
        case .started:
            return "'\(name)' follows from how a process is started, and no configuration chooses"
                + " it; known: \(chosen.joined(separator: ", "))"
        case nil: return "unknown '\(name)': \(nearest(to: name, among: chosen))"
        }
    }
}

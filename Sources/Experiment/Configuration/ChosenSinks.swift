import Options
import Reporting

extension OptionReader {
    /// `sinks: [tensorboard, csv]`: what learners write beside what they always write.
    mutating func sinks() -> [String] {
        let names = names("sinks")
        for (index, name) in names.enumerated() {
            let isRepeated = names[..<index].contains { $0.text == name.text }
            let objection =
                isRepeated ? "'\(name.text)' is named twice" : Self.objection(to: name.text)
            guard let objection else { continue }
            note(SettingError("\(subject): sinks: \(objection)", at: name.position))
        }
        return names.map(\.text)
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

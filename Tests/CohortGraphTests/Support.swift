import CohortGraph
import Options
import TestRegistries

/// Options as a configuration would write them: the first key on line 10 of file `f`, the second on
/// line 20, …, and the items of a list on the lines below their key.
indirect enum Written: ExpressibleByStringLiteral, ExpressibleByArrayLiteral,
    ExpressibleByDictionaryLiteral, Sendable
{
    case text(String)
    case list([Written])
    case map([(key: String, value: Written)])

    init(stringLiteral value: String) { self = .text(value) }

    init(arrayLiteral elements: Written...) { self = .list(elements) }

    init(dictionaryLiteral elements: (String, Written)...) {
        self = .map(elements.map { (key: $0, value: $1) })
    }

    /// The whole, which begins on line 10.
    var setting: Setting { setting(at: 10, apart: 10) }

    private func setting(at line: Int, apart: Int) -> Setting {
        func place(_ line: Int) -> SourcePosition { SourcePosition(file: "f", line: line) }
        switch self {
        case .text(let text): return Setting(.scalar(text, isQuoted: false), at: place(line))
        case .list(let items):
            let settings = items.enumerated().map { $1.setting(at: line + 1 + $0, apart: 0) }
            return Setting(.list(settings), at: place(line))
        case .map(let entries):
            let written = entries.enumerated().map { index, entry in
                Setting.Entry(
                    key: entry.key, position: place(line + index * apart),
                    value: entry.value.setting(at: line + index * apart, apart: 0))
            }
            return Setting(.map(written), at: place(line))
        }
    }
}

let presets = Presets.registry(.standIn)

/// The groups that a preset expands to.
func groups(
    _ preset: String, _ options: Written, among learners: [Learner]
) throws(SettingError) -> [EdgeGroup] {
    try presets.make(preset, options: options.setting).groups(among: learners)
}

/// Students of these names.
func students(_ names: String...) -> [Learner] { names.map { Learner(name: $0) } }

/// Teachers of these names.
func teachers(_ names: String...) -> [Learner] { names.map { Learner(name: $0, role: .teacher) } }

import Reporting

/// Groups of runs with labels that are short enough to stand in each row of a table.
struct NamedGroups {
    /// The same groups; with letters for labels where one has long settings.
    let groups: [RunComparison.Group]
    /// What the letters stand for: a row for each setting, a column for each group. Nil without
    /// letters.
    let legend: DataTable?

    /// Characters of a label that can be read in a row.
    private static let mostCharacters = 60

    init(_ groups: [RunComparison.Group]) {
        guard groups.count > 1, groups.contains(where: { $0.label.count > Self.mostCharacters })
        else {
            (self.groups, legend) = (groups, nil)
            return
        }
        let named = groups.enumerated().map { number, group in
            var group = group
            group.label = Self.letter(number)
            let seeds = RunGroups.Group.words(ofSeeds: group.runs.map(\.seed).sorted())
            group.title = "\(group.label), \(seeds)"
            return group
        }
        (self.groups, legend) = (named, Self.legend(of: named))
    }

    /// `A` to `Z`, `A1` to `Z1`, …
    private static func letter(_ number: Int) -> String {
        let (round, place) = number.quotientAndRemainder(dividingBy: 26)
        let letter = Character(Unicode.Scalar(UInt8(65 + place)))
        return "\(letter)" + (round == 0 ? "" : "\(round)")
    }

    /// All groups name the same settings, in one order.
    private static func legend(of groups: [RunComparison.Group]) -> DataTable {
        let parts = groups.map { $0.settings.map(self.parts) }
        let rows = (parts.first ?? []).indices.map { row in
            [parts[0][row].name] + parts.map { $0[row].value }
        }
        return DataTable(
            header: ["setting"] + groups.map(\.label), rows: rows, wordColumns: groups.count + 1)
    }

    private static func parts(of setting: String) -> (name: String, value: String) {
        guard let place = setting.firstIndex(of: "=") else { return (setting, "") }
        return (String(setting[..<place]), String(setting[setting.index(after: place)...]))
    }
}

extension ImageSurvey {
    /// `36 pictures of 14×14 to 26×25 pixels, 12 of them grey`.
    var summary: String {
        let heights = entries.map(\.height)
        let widths = entries.map(\.width)
        let least = "\(heights.min() ?? 0)×\(widths.min() ?? 0)"
        let most = "\(heights.max() ?? 0)×\(widths.max() ?? 0)"
        let grey = entries.count { $0.isGrey }
        return "\(entries.count) pictures of \(least)"
            + (least == most ? "" : " to \(most)") + " pixels"
            + (grey > 0 ? ", \(grey) of them grey" : "")
    }

    /// What is allowed of these pictures and unlikely to be meant.
    func remarks(_ form: ImageForm, size: [Int]) -> [String] {
        [enlarged(form, size), cropped(form, size), grey(form)].compactMap(\.self)
    }

    /// Pictures of which a sample has more pixels than they have.
    private func enlarged(_ form: ImageForm, _ size: [Int]) -> String? {
        listed("smaller than samples of \(size[0])×\(size[1]) and enlarged; take a smaller size") {
            let (down, across) = Self.scales($0, size)
            return switch form.fit {
            case .crop: min(down, across) < 1
            case .pad: max(down, across) < 1
            case .stretch: down < 1 && across < 1
            }
        }
    }

    /// Pictures that lose most of their area, or whose proportions change much.
    private func cropped(_ form: ImageForm, _ size: [Int]) -> String? {
        let isFar = { (entry: Entry) in
            let (down, across) = Self.scales(entry, size)
            return max(down, across) > 2 * min(down, across)
        }
        return switch form.fit {
        case .crop:
            listed("cropped to less than half of their area; fit: pad keeps them whole", isFar)
        case .stretch:
            listed("stretched to more than twice their proportions; fit: pad keeps them", isFar)
        case .pad: nil
        }
    }

    /// Grey pictures among coloured ones.
    private func grey(_ form: ImageForm) -> String? {
        guard form.color == .rgb else { return nil }
        guard entries.contains(where: { !$0.isGrey }) else {
            return "all pictures are grey; color: grey makes samples of one channel"
        }
        return listed("grey among coloured ones, and get three equal channels") { $0.isGrey }
    }

    /// How many pictures something holds of, and the first one; nil where it holds of none.
    private func listed(_ what: String, _ isMeant: (Entry) -> Bool) -> String? {
        let found = entries.indices.filter { isMeant(entries[$0]) }
        guard let first = found.first else { return nil }
        return "\(found.count) of \(entries.count) pictures are \(what)"
            + " (\(paths[first]) is \(entries[first].size))"
    }

    /// Pixels of a picture for one of a sample, down and across.
    private static func scales(_ entry: Entry, _ size: [Int]) -> (Double, Double) {
        (Double(entry.height) / Double(size[0]), Double(entry.width) / Double(size[1]))
    }
}

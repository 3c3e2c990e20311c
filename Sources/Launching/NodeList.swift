/// The short forms of lists in Slurm's variables.
public enum NodeList {
    /// No list of nodes or tasks is longer: a mistyped range shall not fill the memory.
    private static let longest = 100_000

    /// `node[01-03,7],login` as `node01 node02 node03 node7 login`; brackets may stand several
    /// times in a name. A range keeps the width of its first number.
    ///
    /// - Returns: nil for what is no such list, or of more than 100,000 names.
    public static func expand(_ text: String) -> [String]? {
        var names: [String] = []
        for part in split(text) ?? [""] {
            guard let expanded = expandName(part), names.count + expanded.count <= longest else {
                return nil
            }
            names += expanded
        }
        return names
    }

    /// `2(x3),1` as 2, 2, 2, 1.
    ///
    /// - Returns: nil for what is no such list, or of more than 100,000 numbers.
    public static func tasks(_ text: String) -> [Int]? {
        var counts: [Int] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let match = part.wholeMatch(of: /([0-9]+)(?:\(x([0-9]+)\))?/),
                let count = Int(match.1), let times = match.2.map({ Int($0) }) ?? 1,
                counts.count + times <= longest
            else { return nil }
            counts += Array(repeating: count, count: times)
        }
        return counts
    }

    /// At the commas that stand in no brackets; nil where brackets do not match.
    private static func split(_ text: String) -> [Substring]? {
        var parts: [Substring] = []
        var (isInside, start) = (false, text.startIndex)
        for index in text.indices {
            switch text[index] {
            case "[":
                guard !isInside else { return nil }
                isInside = true
            case "]":
                guard isInside else { return nil }
                isInside = false
            case "," where !isInside:
                parts.append(text[start..<index])
                start = text.index(after: index)
            default: break
            }
        }
        return isInside ? nil : parts + [text[start...]]
    }

    private static func expandName(_ part: Substring) -> [String]? {
        guard !part.isEmpty else { return nil }
        guard let open = part.firstIndex(of: "["), let close = part.firstIndex(of: "]") else {
            return [String(part)]
        }
        let rest = part[part.index(after: close)...]
        guard let numbers = numbers(part[part.index(after: open)..<close]),
            let ends = rest.isEmpty ? [""] : expandName(rest),
            numbers.count * ends.count <= longest
        else { return nil }
        return numbers.flatMap { number in ends.map { "\(part[..<open])\(number)\($0)" } }
    }

    private static func numbers(_ ranges: Substring) -> [String]? {
        var numbers: [String] = []
        for range in ranges.split(separator: ",", omittingEmptySubsequences: false) {
            guard let match = range.wholeMatch(of: /([0-9]+)(?:-([0-9]+))?/),
                let first = Int(match.1), let last = match.2.map({ Int($0) }) ?? first,
                first <= last, last - first < longest - numbers.count
            else { return nil }
            let width = match.1.count
            numbers += (first...last).map { number in
                let digits = String(number)
                return String(repeating: "0", count: max(0, width - digits.count)) + digits
            }
        }
        return numbers
    }
}

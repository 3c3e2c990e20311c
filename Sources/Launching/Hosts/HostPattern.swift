/// The names that a word such as `node[01-04,7].lab` stands for.
enum HostPattern {
    /// A piece of a name.
    enum Part {
        case text(Substring)
        /// Numbers with as many digits as they are written with.
        case numbers([(range: ClosedRange<Int>, digits: Int)])
    }

    /// Takes a word apart; an IPv6 address stands in brackets.
    static func parts(of word: Substring) throws(HostError) -> [Part] {
        if word.hasPrefix("["), word.hasSuffix("]"), word.contains(":") {
            let address = word.dropFirst().dropLast()
            guard isIPv6(address) else { throw HostError("'\(word)' is no IPv6 address") }
            return [.text(address)]
        }
        guard !word.contains(":") else {
            throw HostError("'\(word)' is neither a name nor an address in brackets")
        }
        var parts: [Part] = []
        var rest = word
        while let opening = rest.firstIndex(of: "[") {
            guard let closing = rest[opening...].firstIndex(of: "]") else {
                throw HostError("'\(word)' opens a bracket and does not close it")
            }
            parts.append(.text(rest[..<opening]))
            parts.append(try numbers(rest[rest.index(after: opening)..<closing], in: word))
            rest = rest[rest.index(after: closing)...]
        }
        return parts + [.text(rest)]
    }

    /// All names, in the order of their numbers.
    ///
    /// - Throws: ``HostError`` where there are more than `limit`, or one is no name.
    static func names(of parts: [Part], atMost limit: Int) throws(HostError) -> [String] {
        var names = [""]
        for part in parts {
            switch part {
            case .text(let text): names = names.map { $0 + text }
            case .numbers(let items):
                let count = items.reduce(0) { $0 + $1.range.count }
                guard names.count * count <= limit else { throw tooMany }
                names = names.flatMap { name in
                    items.flatMap { item in item.range.map { name + padded($0, item.digits) } }
                }
            }
        }
        guard names.count <= limit else { throw tooMany }
        for name in names where !isName(name[...]) && !isIPv6(name[...]) {
            throw HostError(
                "'\(name)' is no host's name: use letters, digits, '.', '_' and '-', not '-' first")
        }
        return names
    }

    /// Whether ssh can take it for nothing but a name: it does not begin like an option.
    static func isName(_ text: Substring) -> Bool {
        let dash = UInt8(ascii: "-")
        return (1...253).contains(text.utf8.count) && text.utf8.first != dash
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
                    dash:
                    true
                default: false
                }
            }
    }

    static func isIPv6(_ text: Substring) -> Bool {
        text.wholeMatch(of: /[0-9A-Fa-f:.]{2,45}(%[A-Za-z0-9._-]{1,32})?/) != nil
            && text.contains(":")
    }

    private static let tooMany = HostError("more than \(Hostfile.mostHosts) hosts")

    private static func numbers(_ list: Substring, in word: Substring) throws(HostError) -> Part {
        var items: [(range: ClosedRange<Int>, digits: Int)] = []
        for item in list.split(separator: ",", omittingEmptySubsequences: false) {
            guard let match = item.wholeMatch(of: /([0-9]{1,9})(?:-([0-9]{1,9}))?/),
                let first = Int(match.1), let last = Int(match.2 ?? match.1), first <= last
            else {
                throw HostError(
                    "'\(word)': '\(item)' is no range; write numbers, as in node[01-04,7]")
            }
            items.append((first...last, match.1.utf8.count))
        }
        return .numbers(items)
    }

    private static func padded(_ number: Int, _ digits: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }
}

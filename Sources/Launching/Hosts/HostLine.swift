import CohortGraph

/// One line of a hostfile: hosts, and what holds for each of them.
struct HostLine {
    private let user: String?
    private let names: [HostPattern.Part]
    private let port: Int?
    private let options: [(key: String, value: String)]

    /// - Returns: nil for an empty line and for a comment.
    init?(_ line: Substring) throws(HostError) {
        let words = line.split(whereSeparator: \.isWhitespace).prefix { !$0.hasPrefix("#") }
        guard let target = words.first else { return nil }
        let (user, place) = try Self.split(target)
        let (name, port) = try Self.port(of: place)
        self.user = user
        self.port = port
        names = try HostPattern.parts(of: name)
        var options: [(key: String, value: String)] = []
        for word in words.dropFirst() {
            options.append(try Self.option(word))
        }
        self.options = options
    }

    /// The hosts that it names.
    func hosts(atMost limit: Int) throws(HostError) -> [RemoteHost] {
        var template = RemoteHost(name: "")
        template.user = user
        template.port = port
        var seen: Set<String> = []
        for (key, value) in options {
            guard seen.insert(key).inserted else { throw HostError("\(key)= is there twice") }
            try template.set(key, to: value)
        }
        if let slots = template.slots {
            guard template.learners.count <= slots else {
                throw HostError(
                    "name= puts \(template.learners.count) learners here, and slots=\(slots) allows"
                        + " fewer")
            }
            guard slots <= template.mostSlots ?? slots else {
                throw HostError("slots=\(slots) is more than max_slots allows")
            }
        }
        let names = try HostPattern.names(of: names, atMost: limit)
        guard names.count == 1 || template.isForMany else {
            throw HostError(
                "name=, addr= and bind= are of one host, and the line names \(names.count)")
        }
        return names.map { name in
            var host = template
            host.name = name
            return host
        }
    }

    /// What stands before the `@`, and after it.
    private static func split(
        _ target: Substring
    ) throws(HostError) -> (user: String?, place: Substring) {
        guard let at = target.lastIndex(of: "@") else { return (nil, target) }
        let user = target[..<at]
        guard user.wholeMatch(of: /[A-Za-z0-9._][A-Za-z0-9._-]{0,63}/) != nil else {
            throw HostError("'\(user)' is no user's name")
        }
        return (String(user), target[target.index(after: at)...])
    }

    /// What stands before the port, and the port.
    private static func port(
        of place: Substring
    ) throws(HostError) -> (name: Substring, port: Int?) {
        let start = place.lastIndex(of: "]") ?? place.startIndex
        guard let colon = place[start...].lastIndex(of: ":") else { return (place, nil) }
        let name = place[..<colon]
        guard !name.contains(":") || name.hasPrefix("[") else {
            throw HostError("an IPv6 address stands in brackets, as in [\(place)]")
        }
        let digits = place[place.index(after: colon)...]
        guard let port = number(digits, in: 1...65535) else {
            throw HostError("'\(digits)' is no port: use a number from 1 to 65535")
        }
        return (name, port)
    }

    private static func option(
        _ word: Substring
    ) throws(HostError) -> (key: String, value: String) {
        guard let sign = word.firstIndex(of: "="), sign > word.startIndex else {
            throw HostError(
                "'\(word)' is no option; write them as key=value (\(RemoteHost.knownKeys))")
        }
        let (key, value) = (word[..<sign], word[word.index(after: sign)...])
        guard !value.isEmpty else { throw HostError("\(key)= has no value") }
        return (String(key), String(value))
    }
}

/// A number written in digits alone; nil where it is none or not in the range.
private func number(_ text: some StringProtocol, in range: ClosedRange<Int>) -> Int? {
    guard text.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) else { return nil }
    return Int(text).flatMap { range.contains($0) ? $0 : nil }
}

extension RemoteHost {
    fileprivate static let knownKeys =
        "known: slots, max_slots, role, name, addr, bind, dir, cohort"

    /// Whether no option is set that only one host can have.
    fileprivate var isForMany: Bool {
        learners.isEmpty && address == nil && boundAddress == nil
    }

    fileprivate mutating func set(_ key: String, to value: String) throws(HostError) {
        switch key {
        case "slots": slots = try Self.count(key, value)
        case "max_slots", "max-slots": mostSlots = try Self.count(key, value)
        case "role":
            guard let role = Role(rawValue: value) else {
                let known = Role.allCases.map(\.rawValue).joined(separator: ", ")
                throw HostError("role= is '\(value)'; use one of \(known)")
            }
            self.role = role
        case "name":
            learners = value.split(separator: ",", omittingEmptySubsequences: false).map(
                String.init)
            if let problem = learners.lazy.compactMap(LearnerName.problem).first {
                throw HostError("name= is '\(value)': \(problem)")
            }
            guard Set(learners).count == learners.count else {
                throw HostError("name= is '\(value)', which names a learner twice")
            }
        case "addr": address = try Self.address(key, value)
        case "bind": boundAddress = try Self.address(key, value)
        case "dir": folder = try Self.path(key, value)
        case "cohort": program = try Self.path(key, value)
        default: throw HostError("unknown option '\(key)'; \(Self.knownKeys)")
        }
    }

    private static func count(_ key: String, _ value: String) throws(HostError) -> Int {
        guard let count = number(value, in: 1...10_000) else {
            throw HostError("\(key)= is '\(value)'; use a number of learners from 1 to 10000")
        }
        return count
    }

    /// A name or number; an IPv6 address with or without brackets.
    private static func address(_ key: String, _ value: String) throws(HostError) -> String {
        let bare =
            value.hasPrefix("[") && value.hasSuffix("]") ? value.dropFirst().dropLast() : value[...]
        guard HostPattern.isName(bare) || HostPattern.isIPv6(bare) else {
            throw HostError("\(key)= is '\(value)', which is no address")
        }
        return String(bare)
    }

    /// A path from the home or the root; `~/` is the home.
    private static func path(_ key: String, _ value: String) throws(HostError) -> String {
        let path = value.hasPrefix("~/") ? String(value.dropFirst(2)) : value
        guard !path.isEmpty, !path.hasPrefix("~"), !path.hasPrefix("-") else {
            throw HostError("\(key)= is '\(value)'; write a path from the home, or from the root")
        }
        return path
    }
}

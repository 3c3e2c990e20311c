import CohortGraph

/// One line of a hostfile: hosts, and what holds for each of them.
///
/// The first words name hosts: one as we write it; several with commas between them, as Slurm does;
/// one with its slots and two more columns, as in SGE's `$PE_HOSTFILE`; several, each with its
/// slots or as often as it has slots, as in LSF's variables. Options may follow one word.
struct HostLine {
    private let targets: [HostTarget]
    private let options: [(key: String, value: String)]

    /// - Returns: nil for an empty line and for a comment.
    init?(_ line: Substring) throws(HostError) {
        // Open MPI allows `slots = 2`.
        let words = String(Self.withoutComment(line)).replacing(/\s*=\s*/, with: "=")
            .split(whereSeparator: \.isWhitespace)
        guard let first = words.first else { return nil }
        if let columns = try Self.columns(words) {
            (targets, options) = (columns, [])
            return
        }
        targets = try HostTarget.list(first)
        var options: [(key: String, value: String)] = []
        for word in words.dropFirst() { options.append(try Self.option(word)) }
        self.options = options
    }

    /// A comment begins at the start of a word.
    private static func withoutComment(_ line: Substring) -> Substring {
        guard let match = line.firstMatch(of: /(^|\s)#/) else { return line }
        return line[..<match.range.lowerBound]
    }

    /// The hosts of a line without options, where it has more than one word.
    private static func columns(_ words: [Substring]) throws(HostError) -> [HostTarget]? {
        guard words.count > 1, !words.contains(where: { $0.contains("=") }) else { return nil }
        // A queue and a range of processors follow SGE's slots.
        let isSGE = words.count == 4 && number(words[1]) != nil && number(words[3]) == nil
        let words = isSGE ? Array(words.prefix(2)) : words
        var targets: [HostTarget] = []
        if words.count.isMultiple(of: 2),
            words.indices.allSatisfy({ index in
                (number(words[index]) != nil) == !index.isMultiple(of: 2)
            })
        {
            for index in stride(from: 0, to: words.count, by: 2) {
                for target in try HostTarget.list(words[index]) {
                    targets.append(try target.with(slots: words[index + 1]))
                }
            }
            return targets
        }
        guard Set(words).count < words.count else { return nil }
        for word in words { targets += try HostTarget.list(word) }
        return targets
    }

    private static func number(_ text: Substring) -> Int? {
        text.allSatisfy { $0.isASCII && $0.isNumber } ? Int(text) : nil
    }

    /// The hosts that it names.
    func hosts(atMost limit: Int) throws(HostError) -> [RemoteHost] {
        var template = RemoteHost(name: "")
        var seen: Set<String> = []
        for (key, value) in options {
            guard seen.insert(RemoteHost.key(key)).inserted else {
                throw HostError("\(key)= is there twice")
            }
            try template.set(RemoteHost.key(key), to: value)
        }
        var hosts: [RemoteHost] = []
        for target in targets {
            hosts += try target.hosts(like: template, atMost: limit - hosts.count)
        }
        guard hosts.count == 1 || template.isForMany else {
            throw HostError(
                "name=, addr= and bind= are of one host, and the line names \(hosts.count)")
        }
        for host in hosts { try host.checkSlots() }
        return hosts
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

extension RemoteHost {
    fileprivate static let knownKeys =
        "known: slots, max_slots, port, role, name, addr, bind, dir, cohort"

    /// What Open MPI and others call our options.
    fileprivate static func key(_ word: String) -> String {
        switch word {
        case "cpu", "cpus", "count", "np", "ncpus", "ppn": "slots"
        case "max-slots": "max_slots"
        default: word
        }
    }

    /// Whether its slots suffice for what is named, and are allowed.
    func checkSlots() throws(HostError) {
        guard let slots else { return }
        guard learners.count <= slots else {
            throw HostError(
                "name= puts \(learners.count) learners here, and slots=\(slots) allows fewer")
        }
        guard slots <= mostSlots ?? slots else {
            throw HostError("slots=\(slots) is more than max_slots allows")
        }
    }

    /// Whether no option is set that only one host can have.
    fileprivate var isForMany: Bool {
        learners.isEmpty && address == nil && boundAddress == nil
    }

    fileprivate mutating func set(_ key: String, to value: String) throws(HostError) {
        switch key {
        case "slots": slots = try Self.count(key, value)
        case "max_slots": mostSlots = try Self.count(key, value)
        case "port": port = try HostTarget.port(value[...])
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
        guard let count = HostTarget.number(value[...], in: 1...10_000) else {
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

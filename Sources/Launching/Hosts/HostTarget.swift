/// The word of a hostfile that names hosts: `anna@node[01-04].lab:2222`, or `node1:4` with a number
/// of slots.
struct HostTarget {
    private let user: String?
    private let names: [HostPattern.Part]
    private let port: Int?
    private var slots: Int?

    /// The targets of a word, in which Slurm and Horovod put commas between several.
    static func list(_ word: Substring) throws(HostError) -> [HostTarget] {
        var targets: [HostTarget] = []
        for part in split(word) { targets.append(try HostTarget(part)) }
        return targets
    }

    private init(_ word: Substring) throws(HostError) {
        let (user, place) = try Self.user(of: word)
        let (name, number) = try Self.number(of: place)
        self.user = user
        let isSlots = number.map(Self.isSlots) ?? false
        (port, slots) = isSlots ? (nil, number) : (number, nil)
        names = try HostPattern.parts(of: name)
    }

    /// The same hosts, with slots that stand in a column of their own.
    func with(slots text: Substring) throws(HostError) -> HostTarget {
        guard let count = Self.number(text, in: 1...10_000) else {
            throw HostError("'\(text)' slots: use a number from 1 to 10000")
        }
        var target = self
        target.slots = count
        return target
    }

    /// The hosts that it names.
    ///
    /// - Parameter template: what the options of the line say.
    func hosts(
        like template: RemoteHost, atMost limit: Int
    ) throws(HostError) -> [RemoteHost] {
        var template = template
        template.user = user
        if let port {
            guard template.port ?? port == port else {
                throw HostError("':\(port)' and port=\(template.port ?? 0) contradict each other")
            }
            template.port = port
        }
        if let slots {
            guard template.slots ?? slots == slots else {
                throw HostError(
                    "':\(slots)' is a number of slots, as MPI writes it, and contradicts"
                        + " slots=\(template.slots ?? 0); write a port of that number as"
                        + " port=\(slots)")
            }
            template.slots = slots
        }
        return try HostPattern.names(of: names, atMost: limit).map { name in
            var host = template
            host.name = name
            return host
        }
    }

    /// Whether the number behind a colon is one of slots, as MPI's launchers write it: less than
    /// 1024, and none of the ports below that at which people have an sshd listen.
    private static func isSlots(_ number: Int) -> Bool {
        number < 1024 && ![22, 80, 222, 443].contains(number)
    }

    /// At the commas that stand in no brackets.
    private static func split(_ word: Substring) -> [Substring] {
        var parts: [Substring] = []
        var (depth, start) = (0, word.startIndex)
        for index in word.indices {
            switch word[index] {
            case "[": depth += 1
            case "]": depth -= 1
            case "," where depth == 0:
                parts.append(word[start..<index])
                start = word.index(after: index)
            default: break
            }
        }
        return parts + [word[start...]]
    }

    /// What stands before the `@`, and after it.
    private static func user(
        of target: Substring
    ) throws(HostError) -> (user: String?, place: Substring) {
        guard let at = target.lastIndex(of: "@") else { return (nil, target) }
        let user = target[..<at]
        guard user.wholeMatch(of: /[A-Za-z0-9._][A-Za-z0-9._-]{0,63}/) != nil else {
            throw HostError("'\(user)' is no user's name")
        }
        return (String(user), target[target.index(after: at)...])
    }

    /// What stands before the number behind a colon, and the number.
    private static func number(
        of place: Substring
    ) throws(HostError) -> (name: Substring, number: Int?) {
        let start = place.lastIndex(of: "]") ?? place.startIndex
        guard let colon = place[start...].lastIndex(of: ":") else { return (place, nil) }
        let name = place[..<colon]
        guard !name.contains(":") || name.hasPrefix("[") else {
            throw HostError("an IPv6 address stands in brackets, as in [\(place)]")
        }
        return (name, try port(place[place.index(after: colon)...]))
    }

    /// A port.
    static func port(_ digits: Substring) throws(HostError) -> Int {
        guard let port = number(digits, in: 1...65535) else {
            throw HostError("'\(digits)' is no port: use a number from 1 to 65535")
        }
        return port
    }

    /// A number written in digits alone; nil where it is none or not in the range.
    static func number(_ text: Substring, in range: ClosedRange<Int>) -> Int? {
        guard text.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) else {
            return nil
        }
        return Int(text).flatMap { range.contains($0) ? $0 : nil }
    }
}

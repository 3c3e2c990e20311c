/// A value for each of some neighbours, by name.
///
/// As a dictionary, but a value is read and changed in place: a dictionary hashes the name
/// and moves the whole value out and in for each field that is set, and a lockstep sets several for
/// every message.
struct ByName<Value: Sendable>: Sendable {
    /// Ascending.
    let names: [String]
    /// In the order of their names; none is nil: they are optional so that one can be changed in
    /// place.
    private var stored: [Value?]

    init(_ names: some Sequence<String>, _ value: (String) -> Value) {
        self.names = names.sorted()
        stored = self.names.map(value)
    }

    var count: Int { names.count }
    var values: some Sequence<Value> { stored.lazy.compactMap(\.self) }

    /// The value of a neighbour; nil for anybody else, for whom none can be set.
    ///
    /// Inlined, so that to look at one field copies that field alone; in a function that mutates,
    /// the whole value is copied all the same.
    subscript(name: String) -> Value? {
        @inline(__always)
        get {
            if let place = place(of: name) { stored[place] } else { nil }
        }
        _modify {
            if let place = place(of: name) {
                yield &stored[place]
            } else {
                var nothing: Value?
                yield &nothing
            }
        }
    }

    func mapValues<T>(_ transform: (Value) -> T) -> [String: T] {
        Dictionary(uniqueKeysWithValues: zip(names, values.map(transform)))
    }

    private func place(of name: String) -> Int? {
        let place = names.partitioningIndex { $0 >= name }
        return place < names.count && names[place] == name ? place : nil
    }
}

extension ByName<Link> {
    init(_ links: [Link]) {
        let links = Dictionary(uniqueKeysWithValues: links.map { ($0.peer, $0) })
        self.init(links.keys) { links[$0]! }
    }
}

extension ByName<Peer> {
    /// Neighbours of whom nothing has arrived yet.
    init(from teachers: ByName<Link>, to students: ByName<Link>) {
        self.init(Set(teachers.names).union(students.names)) { name in
            let both = [teachers[name], students[name]].compactMap(\.self)
            let role = Peer.Role(
                isTeacher: teachers[name] != nil, isStudent: students[name] != nil,
                isOptional: both.allSatisfy(\.isOptional),
                isRelay: both.contains(where: \.isRelay))
            return Peer(role: role, acceptsLate: teachers[name]?.acceptsLate == true)
        }
    }
}

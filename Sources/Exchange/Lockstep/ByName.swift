/// What is kept of some neighbours, by name.
///
/// As a dictionary, but a value is looked at and changed where it is kept: a dictionary hashes the name
/// and moves the whole value out and in for each field that is set, and a lockstep sets several for
/// every message.
struct ByName<Value: Sendable>: Sendable {
    /// Ascending.
    let names: [String]
    /// In the order of their names; none is nil, so that one can be changed as it is kept.
    private var kept: [Value?]

    init(_ names: some Sequence<String>, _ value: (String) -> Value) {
        self.names = names.sorted()
        kept = self.names.map(value)
    }

    var count: Int { names.count }
    var values: some Sequence<Value> { kept.lazy.compactMap(\.self) }

    /// What is kept of a neighbour; nil of anybody else, of whom nothing can be kept.
    ///
    /// Inlined, so that to look at one field copies that field alone; in a function that mutates, the
    /// whole value is copied all the same.
    subscript(name: String) -> Value? {
        @inline(__always)
        get {
            if let place = place(of: name) { kept[place] } else { nil }
        }
        _modify {
            if let place = place(of: name) {
                yield &kept[place]
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

extension ByName<Lane> {
    init(_ lanes: [Lane]) {
        let lanes = Dictionary(uniqueKeysWithValues: lanes.map { ($0.peer, $0) })
        self.init(lanes.keys) { lanes[$0]! }
    }
}

extension ByName<Peer> {
    /// Neighbours of whom nothing is known yet but what they teach and are taught.
    init(from teachers: ByName<Lane>, to students: ByName<Lane>) {
        self.init(Set(teachers.names).union(students.names)) { name in
            let both = [teachers[name], students[name]].compactMap(\.self)
            return Peer(
                isTeacher: teachers[name] != nil, isPupil: students[name] != nil,
                isOptional: both.allSatisfy(\.isOptional),
                keepsLate: teachers[name]?.keepsLate == true,
                isRelay: both.contains(where: \.isRelay))
        }
    }
}

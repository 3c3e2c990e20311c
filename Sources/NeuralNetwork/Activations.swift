/// The activations of one forward pass at a model's named places.
public struct Activations {
    /// Those that the pass computed.
    private let ready: [String: Variable]
    /// Those that are computed when they are asked for.
    private let late: [String: () -> Variable]

    /// No activations.
    public static var none: Activations { Activations(ready: [:], late: [:]) }

    init(ready: [String: Variable], late: [String: () -> Variable]) {
        self.ready = ready
        self.late = late
    }

    /// The names of all places.
    var names: [String] { Array(ready.keys) + Array(late.keys) }

    /// The activation at a place; nil where the model has no such place.
    public subscript(name: String) -> Variable? { ready[name] ?? late[name]?() }

    /// Those at some places, each changed.
    public func selecting(
        _ names: [String], _ change: (Variable) -> Variable
    ) -> Activations {
        let found = names.compactMap { name in self[name].map { (name, change($0)) } }
        return Activations(ready: Dictionary(found) { first, _ in first }, late: [:])
    }

    /// The same as constants.
    public var detached: Activations {
        Activations(
            ready: ready.mapValues(\.detached),
            late: late.mapValues { make in { make().detached } })
    }
}

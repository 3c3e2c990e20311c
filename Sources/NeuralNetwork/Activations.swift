/// The activations of one forward pass at a model's named places.
public struct Activations {
    /// Those that the pass computed.
    private let ready: [String: Variable]
    /// Those that are computed when they are asked for.
    private let late: [String: LateActivation]

    /// No activations.
    public static var none: Activations { Activations(ready: [:], late: [:]) }

    init(ready: [String: Variable], late: [String: LateActivation]) {
        self.ready = ready
        self.late = late
    }

    /// The names of all places.
    var names: [String] { Array(ready.keys) + Array(late.keys) }

    /// The activation at a place; nil where the model has no such place.
    public subscript(name: String) -> Variable? { ready[name] ?? late[name]?.compute() }

    /// The shape at a place, without the sample dimension; nil where the model has no such place.
    func shape(of name: String) -> [Int]? {
        late[name]?.shape ?? self[name].map { Array($0.shape.dropFirst()) }
    }

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
            late: late.mapValues { activation in
                LateActivation(shape: activation.shape) { activation.compute().detached }
            })
    }
}

/// An activation that is computed when it is asked for.
struct LateActivation {
    /// Without the sample dimension; nil where it is known from the activation alone.
    let shape: [Int]?
    let compute: () -> Variable
}

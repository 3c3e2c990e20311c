/// Gathers the parameters and running moments that a model's layers declare, under PyTorch's names.
public struct ModelBuilder {
    /// The parameters declared so far, in the order of their numbers.
    public private(set) var slots: [ParameterSlot] = []
    /// The running moments declared so far, in the order of their numbers.
    public private(set) var buffers = Buffers(layers: [])
    /// The names of the parameters and of the batch normalizations whose numbers come from another
    /// learner's model, which has them under the same names.
    public private(set) var borrowed: Set<String> = []
    /// The parameters that training leaves as they are.
    public private(set) var frozen: [ParameterSlot] = []
    /// How many candidates each choice of a supernet has, in the order of their numbers.
    public private(set) var choices: [Int] = []
    private var scope: [String] = []
    private var ownership = Ownership.own
    private var trunk = TrunkState.none

    /// Whose numbers a part of the model has.
    enum Ownership {
        /// The model's own.
        case own
        /// They begin as another learner's.
        case borrowed
        /// They stay another learner's.
        case frozen
    }

    /// Where the building of a ``Trunk`` stands.
    private enum TrunkState {
        /// The model keeps its classifier.
        case none
        /// The net's classifier is to be left out.
        case begun
        /// It was.
        case ended(Trunk.Classifier)
    }

    /// A builder that stands at the root of the names.
    public init() {}

    /// Declares what `body` builds below `name`: `layer1`, then `0`, then `conv1`.
    public mutating func scoped<Result, Failure>(
        _ name: String, _ body: (inout ModelBuilder) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        scope.append(name)
        defer { scope.removeLast() }
        return try body(&self)
    }

    /// The full name of `name` here.
    public func path(_ name: String) -> String {
        (scope + [name]).joined(separator: ".")
    }

    /// Declares a parameter of the layer that is being built.
    ///
    /// - Returns: its number, by which a ``ForwardPass`` finds it.
    public mutating func parameter(
        _ name: String, _ shape: [Int], _ initialization: Initialization
    ) -> Int {
        let end = slots.last?.range.upperBound ?? 0
        slots.append(
            ParameterSlot(
                name: path(name), shape: shape, initialization: initialization,
                offset: (end + 15) & ~15))
        if ownership != .own { borrowed.insert(path(name)) }
        if ownership == .frozen { frozen.append(slots[slots.count - 1]) }
        return slots.count - 1
    }

    /// Declares running moments under the name of the scope.
    ///
    /// - Returns: their number, by which a ``ForwardPass`` finds them.
    public mutating func moments(channels: Int) -> Int {
        let name = scope.joined(separator: ".")
        if ownership != .own { borrowed.insert(name) }
        buffers.layers.append(.init(name: name, count: channels))
        return buffers.layers.count - 1
    }

    /// Declares a layer of which each pass computes one of several candidates.
    ///
    /// - Returns: its number, by which a ``ForwardPass`` finds the one that its path says.
    mutating func choice(of candidates: Int) -> Int {
        choices.append(candidates)
        return choices.count - 1
    }

    /// Declares what `body` builds as parts that another learner's model has too.
    mutating func owned<Result, Failure>(
        by ownership: Ownership, _ body: (inout ModelBuilder) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let before = self.ownership
        self.ownership = ownership
        defer { self.ownership = before }
        return try body(&self)
    }

    /// Builds a net without its classifier.
    ///
    /// - Returns: the net, and the classifier that it would have; nil where it would have none over
    ///   the global average of a map.
    mutating func withoutClassifier<Result, Failure>(
        _ body: (inout ModelBuilder) throws(Failure) -> Result
    ) throws(Failure) -> (Result, Trunk.Classifier?) {
        trunk = .begun
        defer { trunk = .none }
        let result = try body(&self)
        guard case .ended(let classifier) = trunk else { return (result, nil) }
        return (result, classifier)
    }

    /// Ends a net that is built without its classifier.
    ///
    /// - Returns: false where the classifier is wanted.
    mutating func endTrunk(before classifier: String, channels: Int) -> Bool {
        guard case .begun = trunk else { return false }
        trunk = .ended(Trunk.Classifier(name: path(classifier), channels: channels))
        return true
    }

    /// Declares a bank of finished batches N×…, of which a number is kept.
    public mutating func bank(of capacity: Int, batchShape: [Int]) {
        buffers.bank = SampleBank(capacity: capacity, batchShape: batchShape)
    }

    /// Declares the range of a layer's input.
    ///
    /// - Parameter name: the layer's full name.
    /// - Returns: its number, by which a ``ForwardPass`` finds it.
    mutating func range(_ name: String) -> Int {
        buffers.ranges.append(.init(name: name))
        return buffers.ranges.count - 1
    }
}

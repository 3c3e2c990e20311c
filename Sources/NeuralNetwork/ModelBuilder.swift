/// Gathers the parameters and running moments that a model's layers declare, under PyTorch's names.
public struct ModelBuilder {
    /// The parameters declared so far, in the order of their numbers.
    public private(set) var slots: [ParameterSlot] = []
    /// The running moments declared so far, in the order of their numbers.
    public private(set) var buffers = Buffers(layers: [])
    private var scope: [String] = []

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
        return slots.count - 1
    }

    /// Declares running moments under the name of the scope.
    ///
    /// - Returns: their number, by which a ``ForwardPass`` finds them.
    public mutating func moments(channels: Int) -> Int {
        let name = scope.joined(separator: ".")
        buffers.layers.append(.init(name: name, count: channels))
        return buffers.layers.count - 1
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

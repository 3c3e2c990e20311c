/// y = scale·(x − mean) / √(variance + ε) + shift with the mean and variance of each row.
public struct RowNormalization {
    public var x: Pointer
    public var width: Int
    /// One of each for every column.
    public var scale: Pointer
    public var shift: Pointer
    public var epsilon: Float
    /// The mean of each row, and 1 / √(variance + ε).
    public var means: Pointer
    public var inverses: Pointer

    public init(
        x: Pointer, width: Int, scale: Pointer, shift: Pointer, epsilon: Float, means: Pointer,
        inverses: Pointer
    ) {
        self.x = x
        self.width = width
        self.scale = scale
        self.shift = shift
        self.epsilon = epsilon
        self.means = means
        self.inverses = inverses
    }
}

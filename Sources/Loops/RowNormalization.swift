/// y = scale·(x − mean) / √(variance + ε) + shift with the mean and variance of each row.
public struct RowNormalization {
    /// The input, rows × width.
    public var x: Pointer
    /// Columns of a row.
    public var width: Int
    /// One of each for every column.
    public var scale: Pointer
    /// What is added to every column.
    public var shift: Pointer
    /// ε, added to the variance.
    public var epsilon: Float
    /// The mean of each row, and 1 / √(variance + ε).
    public var means: Pointer
    /// 1 / √(variance + ε) of each row.
    public var inverses: Pointer

    /// Describes a normalization; the caller keeps the memory alive.
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

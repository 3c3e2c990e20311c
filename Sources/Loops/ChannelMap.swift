/// y = scale·(x − mean) + shift for each column of rows, with the residual and the rectification
/// that may follow a batch normalization.
public struct ChannelMap {
    /// The input, rows × width.
    public var x: Pointer
    /// The result, rows × width.
    public var y: Pointer
    /// Columns of a row.
    public var width: Int
    /// One of each for every column.
    public var mean: Pointer
    /// The factor of every column.
    public var scale: Pointer
    /// What is added to every column.
    public var shift: Pointer
    /// Added to the result.
    public var residual: Pointer?
    /// Whether what is negative becomes zero, after the addition.
    public var isRectified: Bool

    /// Describes the map; the caller keeps the memory alive.
    public init(
        x: Pointer, y: Pointer, width: Int, mean: Pointer, scale: Pointer, shift: Pointer,
        residual: Pointer?, isRectified: Bool
    ) {
        self.x = x
        self.y = y
        self.width = width
        self.mean = mean
        self.scale = scale
        self.shift = shift
        self.residual = residual
        self.isRectified = isRectified
    }
}

/// The gradient of a ``ChannelMap`` that depends on its input's moments.
public struct ChannelGradient {
    /// Where the forward result was positive, and the gradient passes.
    public enum Mask {
        /// The gradient passes everywhere.
        case everywhere
        /// Where scale·(x − mean) + shift is positive.
        case byInput(scale: Pointer, shift: Pointer)
        /// Where y is positive.
        case byOutput(Pointer)
    }

    /// The upstream gradient.
    public var g: Pointer
    /// The map's input.
    public var x: Pointer
    /// Columns of a row.
    public var width: Int
    /// The mean of every column.
    public var mean: Pointer
    /// Where the gradient passes.
    public var mask: Mask
    /// d = a·g + b·(x − mean) + c.
    public var a: Pointer
    /// The factor of x − mean for every column.
    public var b: Pointer
    /// What is added for every column.
    public var c: Pointer
    /// The gradient in the input.
    public var d: Pointer
    /// Where the masked upstream gradient goes, if it is needed.
    public var masked: Pointer?

    /// Describes the gradient; the caller keeps the memory alive.
    public init(
        g: Pointer, x: Pointer, width: Int, mean: Pointer, mask: Mask, a: Pointer, b: Pointer,
        c: Pointer, d: Pointer, masked: Pointer?
    ) {
        self.g = g
        self.x = x
        self.width = width
        self.mean = mean
        self.mask = mask
        self.a = a
        self.b = b
        self.c = c
        self.d = d
        self.masked = masked
    }
}

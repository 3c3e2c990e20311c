/// y = scale·(x − mean) + shift for each column of rows, with what a batch norm's neighbours add to it.
public struct ChannelMap {
    public var x: Pointer
    public var y: Pointer
    public var width: Int
    /// One of each for every column.
    public var mean: Pointer
    public var scale: Pointer
    public var shift: Pointer
    /// Added to the result.
    public var residual: Pointer?
    /// Whether what is negative becomes zero, after the addition.
    public var isRectified: Bool

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
        case everywhere
        /// Where scale·(x − mean) + shift is positive.
        case byInput(scale: Pointer, shift: Pointer)
        /// Where y is positive.
        case byOutput(Pointer)
    }

    /// The upstream gradient.
    public var g: Pointer
    public var x: Pointer
    public var width: Int
    public var mean: Pointer
    public var mask: Mask
    /// d = a·g + b·(x − mean) + c.
    public var a: Pointer
    public var b: Pointer
    public var c: Pointer
    public var d: Pointer
    /// Where the masked upstream gradient goes, if somebody needs it.
    public var masked: Pointer?

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

/// The largest pixel under each window, for every channel.
public struct Pool {
    public var channels: Int
    public var height: Int
    public var width: Int
    public var outputHeight: Int
    public var outputWidth: Int
    public var kernelHeight: Int
    public var kernelWidth: Int
    public var stride: Int
    public var padding: Int
    public var x: Pointer
    public var y: Pointer
    /// The gradients in y and in x; the latter begins with zeros, unless windows are a partition.
    public var g: Pointer
    public var d: Pointer

    public init(
        channels: Int, height: Int, width: Int, outputHeight: Int, outputWidth: Int,
        kernelHeight: Int, kernelWidth: Int, stride: Int, padding: Int, x: Pointer, y: Pointer,
        g: Pointer, d: Pointer
    ) {
        self.channels = channels
        self.height = height
        self.width = width
        self.outputHeight = outputHeight
        self.outputWidth = outputWidth
        self.kernelHeight = kernelHeight
        self.kernelWidth = kernelWidth
        self.stride = stride
        self.padding = padding
        self.x = x
        self.y = y
        self.g = g
        self.d = d
    }

    /// Whether every pixel lies in exactly one window.
    public var isPartition: Bool {
        kernelHeight == stride && kernelWidth == stride && padding == 0
            && height == outputHeight * stride && width == outputWidth * stride
    }
}

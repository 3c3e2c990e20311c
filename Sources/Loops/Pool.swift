/// The largest pixel under each window, for every channel.
public struct Pool {
    /// Channels of the images.
    public var channels: Int
    /// Lines of an image.
    public var height: Int
    /// Columns of an image.
    public var width: Int
    /// Lines of the output.
    public var outputHeight: Int
    /// Columns of the output.
    public var outputWidth: Int
    /// Lines of a window.
    public var kernelHeight: Int
    /// Columns of a window.
    public var kernelWidth: Int
    /// Lines and columns from one window to the next.
    public var stride: Int
    /// Lines and columns of nothing at every side, narrower than a window.
    public var padding: Int
    /// The images, N×H×W×C.
    public var x: Pointer
    /// The output, N×H'×W'×C.
    public var y: Pointer
    /// The gradients in y and in x; the latter begins with zeros, unless windows are a partition.
    public var g: Pointer
    /// The gradient in x.
    public var d: Pointer

    /// Describes a pooling; the caller keeps the memory alive.
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

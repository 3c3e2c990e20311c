/// The extents of a 2-d convolution or pooling: N×H×W×C in, N×H'×W'×K out.
public struct ConvolutionShape: Hashable, Sendable {
    /// Images, N; their channels, C, lines, H, and columns, W.
    public let batch: Int
    /// Channels of the input, C.
    public internal(set) var channels: Int
    /// Lines of the input, H.
    public let height: Int
    /// Columns of the input, W.
    public let width: Int
    /// Channels of the output, K.
    public internal(set) var filters: Int
    /// The lines and columns of a window.
    public let kernelHeight: Int
    /// Columns of a window.
    public let kernelWidth: Int
    /// Lines and columns from one window to the next.
    public let stride: Int
    /// Lines and columns of zeros at every side of an image.
    public let padding: Int
    /// Into how many parts channels and filters are divided, each convolved by itself.
    public internal(set) var groups: Int

    /// - Precondition: the groups divide channels and filters, and the kernel fits the padded
    ///   image. Batch, extents and padding may be 0, all others are at least 1.
    public init(
        batch: Int, channels: Int, height: Int, width: Int, filters: Int,
        kernelHeight: Int, kernelWidth: Int, stride: Int, padding: Int, groups: Int
    ) {
        precondition(batch >= 0 && channels >= 1 && filters >= 1, "too few images or channels")
        precondition(height >= 0 && width >= 0, "a negative extent")
        precondition(kernelHeight >= 1 && kernelWidth >= 1, "an empty window")
        precondition(stride >= 1 && padding >= 0 && groups >= 1, "no such window")
        precondition(
            channels.isMultiple(of: groups) && filters.isMultiple(of: groups),
            "\(groups) groups of \(channels) channels and \(filters) filters")
        precondition(
            height + 2 * padding >= kernelHeight && width + 2 * padding >= kernelWidth,
            "the window is larger than the image")
        self.batch = batch
        self.channels = channels
        self.height = height
        self.width = width
        self.filters = filters
        self.kernelHeight = kernelHeight
        self.kernelWidth = kernelWidth
        self.stride = stride
        self.padding = padding
        self.groups = groups
    }

    /// Lines of the output, H'.
    public var outputHeight: Int { (height + 2 * padding - kernelHeight) / stride + 1 }
    /// Columns of the output, W'.
    public var outputWidth: Int { (width + 2 * padding - kernelWidth) / stride + 1 }

    /// Pixels of an input plane and of an output plane.
    var plane: Int { height * width }
    var outputPlane: Int { outputHeight * outputWidth }
    var inputCount: Int { batch * channels * plane }
    var outputCount: Int { batch * filters * outputPlane }
    var groupChannels: Int { channels / groups }
    var groupFilters: Int { filters / groups }
    var kernel: Int { kernelHeight * kernelWidth }
    var weightCount: Int { filters * groupChannels * kernel }
    var isDepthwise: Bool { groupChannels == 1 && groupFilters == 1 }
}

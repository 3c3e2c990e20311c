/// The extents of a 2-d convolution or pooling: N×H×W×C in, N×H'×W'×K out.
public struct ConvolutionShape: Hashable, Sendable {
    public var batch: Int
    public var channels: Int
    public var height: Int
    public var width: Int
    public var filters: Int
    public var kernelHeight: Int
    public var kernelWidth: Int
    public var stride: Int
    public var padding: Int
    public var groups: Int

    /// - Precondition: the groups divide channels and filters, and the kernel fits the padded image.
    public init(
        batch: Int, channels: Int, height: Int, width: Int, filters: Int,
        kernelHeight: Int, kernelWidth: Int, stride: Int, padding: Int, groups: Int
    ) {
        precondition(stride >= 1 && padding >= 0 && groups >= 1)
        precondition(channels.isMultiple(of: groups) && filters.isMultiple(of: groups))
        precondition(height + 2 * padding >= kernelHeight && width + 2 * padding >= kernelWidth)
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

    public var outputHeight: Int { (height + 2 * padding - kernelHeight) / stride + 1 }
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

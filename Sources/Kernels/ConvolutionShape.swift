/// The extents of a 2-d convolution or pooling: N×C×H×W in, N×K×H'×W' out.
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
    /// Rows of the unfolded matrix of one group: channels × kernel.
    var depth: Int { groupChannels * kernelHeight * kernelWidth }
    var weightCount: Int { filters * depth }
    /// A 1×1 kernel that visits every pixel needs no unfolding.
    var isPointwise: Bool {
        kernelHeight == 1 && kernelWidth == 1 && stride == 1 && padding == 0
    }
    var isDepthwise: Bool { groupChannels == 1 && groupFilters == 1 }

    /// The output positions along one axis whose input lies inside: o·stride + k − padding in 0..<n.
    func inside(_ kernel: Int, extent: Int, outputs: Int) -> Range<Int> {
        let low = max(0, (padding - kernel + stride - 1) / stride)
        let reach = extent + padding - kernel
        let high = reach <= 0 ? 0 : min(outputs, (reach - 1) / stride + 1)
        return low..<max(low, high)
    }
}

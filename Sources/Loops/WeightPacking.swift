/// How the weights of a convolution are brought into the order in which ``Correlation`` reads them:
/// panels × lines × columns × channels × 16 filters. What is missing in the last panel is zero.
///
/// The weight of a filter, line, column and channel lies at the sum of each number times its step.
public struct WeightPacking {
    /// How many filters there are.
    public var filters: Int
    /// Lines and columns of the kernel.
    public var lines: Int
    /// Columns of the kernel.
    public var columns: Int
    /// Channels that a filter reads.
    public var channels: Int
    /// Floats from one filter, line, column and channel to the next; a negative step reverses the
    /// order.
    public var filterStep: Int
    /// Floats from one line to the next.
    public var lineStep: Int
    /// Floats from one column to the next.
    public var columnStep: Int
    /// Floats from one channel to the next.
    public var channelStep: Int

    /// Describes weights by their extents and steps.
    public init(
        filters: Int, lines: Int, columns: Int, channels: Int, filterStep: Int, lineStep: Int,
        columnStep: Int, channelStep: Int
    ) {
        self.filters = filters
        self.lines = lines
        self.columns = columns
        self.channels = channels
        self.filterStep = filterStep
        self.lineStep = lineStep
        self.columnStep = columnStep
        self.channelStep = channelStep
    }

    /// The floats of the packed weights.
    public var count: Int {
        Layout.panels(filters) * lines * columns * channels * Layout.panel
    }
}

/// How the weights of a convolution are brought into the order in which ``Correlation`` reads them:
/// panels × lines × columns × channels × 16 filters. What is missing in the last panel is zero.
///
/// The weight of a filter, line, column and channel lies at the sum of each number times its step.
public struct WeightPacking {
    public var filters: Int
    public var lines: Int
    public var columns: Int
    public var channels: Int
    /// Floats from one filter, line, column and channel to the next; a negative step reverses the order.
    public var filterStep: Int
    public var lineStep: Int
    public var columnStep: Int
    public var channelStep: Int

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

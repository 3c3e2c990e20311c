import Loops

/// A way of computing a convolution, for images one after another: N×H×W×C in, N×H'×W'×K out.
///
/// What it needs of the weights is prepared once. Nothing is shared between calls, so that threads
/// may take parts of a batch.
protocol ConvolutionMethod {
    init(_ s: ConvolutionShape)

    /// Writes the output pixels of some images, without a bias.
    ///
    /// - Parameter isFollowed: whether as many images lie behind these in memory.
    func output(
        of x: Pointer, into y: Pointer, images: Int, by weights: PreparedWeights, isFollowed: Bool)

    /// Writes the gradient in the input.
    func inputGradient(
        of g: Pointer, into d: Pointer, images: Int, by weights: PreparedWeights)

    /// Adds the gradient in the weights, in the method's own order of them.
    func addWeightGradient(
        of x: Pointer, _ g: Pointer, images: Int, to sums: Pointer, isFollowed: Bool)

    /// The weights K×(C/groups)×kh×kw as the output needs them.
    func forward(_ w: Floats) -> PreparedWeights
    /// The weights as the gradient in the input needs them.
    func backward(_ w: Floats) -> PreparedWeights

    /// The floats of a weight gradient in the method's own order.
    var sumCount: Int { get }
    /// How many parts of a batch are summed by themselves.
    var pieces: Int { get }
    /// Sums in the order K×(C/groups)×kh×kw.
    func weights(from sums: Floats) -> Floats
}

/// Weights in an order of a method's own: one array, or one for each phase of a stride or each
/// group.
typealias PreparedWeights = [Floats]

extension ConvolutionShape {
    /// The fastest way that there is.
    var method: any ConvolutionMethod {
        if isDepthwise { return DepthwiseConvolution(self) }
        if groups > 1 { return GroupedConvolution(self) }
        if WinogradConvolution.suits(self) { return WinogradConvolution(self) }
        return DirectConvolution(self)
    }

    /// How many images are worked on at once: as many as stay in the cache.
    var imagesAtOnce: Int {
        let largest = max(
            (height + 2 * padding) * (width + 2 * padding) * channels, outputPlane * filters)
        return max(1, min((batch + 7) / 8, (1 << 16) / max(1, largest)))
    }
}

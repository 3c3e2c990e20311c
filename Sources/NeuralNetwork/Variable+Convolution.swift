import Kernels

/// How a window moves over an image.
public struct Window: Hashable, Sendable {
    /// Height and width.
    public var kernel: (height: Int, width: Int) { (kernelHeight, kernelWidth) }
    private var kernelHeight: Int
    private var kernelWidth: Int
    /// Lines and columns from one window to the next.
    public var stride: Int
    /// Lines and columns of zeros at every side of an image.
    public var padding: Int
    /// Into how many parts channels and filters are divided, each convolved by itself.
    public var groups: Int

    /// A square window.
    public init(_ kernel: Int, stride: Int = 1, padding: Int = 0, groups: Int = 1) {
        self.init(
            height: kernel, width: kernel, stride: stride, padding: padding, groups: groups)
    }

    /// A window of any height and width.
    public init(height: Int, width: Int, stride: Int = 1, padding: Int = 0, groups: Int = 1) {
        kernelHeight = height
        kernelWidth = width
        self.stride = stride
        self.padding = padding
        self.groups = groups
    }

    /// The extents of a convolution with this window over images N×C×H×W.
    func shape(over images: [Int], filters: Int) -> ConvolutionShape {
        precondition(images.count == 4, "images are N×C×H×W, not \(images)")
        return ConvolutionShape(
            batch: images[0], channels: images[1], height: images[2], width: images[3],
            filters: filters, kernelHeight: kernelHeight, kernelWidth: kernelWidth,
            stride: stride, padding: padding, groups: groups)
    }
}

extension Variable {
    /// The 2-d convolution of images N×C×H×W with weights K×(C/groups)×kh×kw and a bias of K or
    /// none.
    ///
    /// - Returns: N×K×H'×W', H' = (H + 2·padding − kh) / stride + 1.
    public func convolution(
        _ weight: Variable, bias: Variable?, stride: Int = 1, padding: Int = 0, groups: Int = 1
    ) -> Variable {
        let s = convolutionShape(weight, stride: stride, padding: padding, groups: groups)
        let (x, w) = (value.pixels, weight.value.floats)
        let (needsInput, needsBias) = (needsGradient, bias?.needsGradient ?? false)
        let (inputShape, weightShape) = (shape, weight.shape)
        let output = Tensor(
            images: s.outputShape,
            pixels: Kernels.convolution(x, w, bias: bias?.value.floats, s))
        let operands = [self, weight] + (bias.map { [$0] } ?? [])
        return .operation(
            output, of: operands,
            multiplyAdds: output.count * weightShape.dropFirst().reduce(1, *),
            as: .convolution(stride: stride, padding: padding, groups: groups)
        ) { g in
            let g = g.pixels
            guard weight.wantsGradient else {
                let found = needsInput ? Kernels.convolutionInputGradient(w, g, s) : nil
                return [found.map { Tensor(images: inputShape, pixels: $0) }, nil, nil]
            }
            let found = Kernels.convolutionGradients(x, w, g, s, needsInput: needsInput)
            let byBias = needsBias ? Kernels.columnSums(g, columns: s.filters) : nil
            return [
                found.input.map { Tensor(images: inputShape, pixels: $0) },
                Tensor(shape: weightShape, floats: found.weights),
                byBias.map { Tensor(shape: [s.filters], floats: $0) },
            ]
        }
    }

    /// The extents of a convolution with some weights.
    func convolutionShape(
        _ weight: Variable, stride: Int, padding: Int, groups: Int
    ) -> ConvolutionShape {
        precondition(weight.shape[1] * groups == shape[1], "weights and images differ in channels")
        return Window(
            height: weight.shape[2], width: weight.shape[3], stride: stride, padding: padding,
            groups: groups
        ).shape(over: shape, filters: weight.shape[0])
    }

    /// The largest pixel under each window of N×C×H×W.
    public func maxPool(_ window: Window) -> Variable {
        let s = window.shape(over: shape, filters: shape[1])
        let (inputShape, x) = (shape, value.pixels)
        let y = Kernels.maxPool(x, s)
        return .operation(
            Tensor(images: s.outputShape, pixels: y), of: [self], as: .maxPool(window)
        ) { g in
            let d = Kernels.maxPoolGradient(g.pixels, x: x, y: y, s)
            return [Tensor(images: inputShape, pixels: d)]
        }
    }

    /// The mean under each window of N×C×H×W; padding counts as zeros.
    public func averagePool(_ window: Window) -> Variable {
        let s = window.shape(over: shape, filters: shape[1])
        let inputShape = shape
        let y = Kernels.averagePool(value.pixels, s)
        return .operation(Tensor(images: s.outputShape, pixels: y), of: [self]) { g in
            [Tensor(images: inputShape, pixels: Kernels.averagePoolGradient(g.pixels, s))]
        }
    }

    /// The mean of each plane: N×C×H×W becomes N×C.
    public func globalAveragePool() -> Variable {
        let inputShape = shape
        let (images, channels) = (shape[0], shape[1])
        let plane = shape[2] * shape[3]
        let y = Kernels.planeMeans(value.pixels, images: images, channels: channels)
        return .operation(
            Tensor(shape: [images, channels], floats: y), of: [self], as: .globalAveragePool
        ) { g in
            let d = Kernels.planeMeansGradient(g.floats, channels: channels, plane: plane)
            return [Tensor(images: inputShape, pixels: d)]
        }
    }
}

extension ConvolutionShape {
    /// N×K×H'×W'.
    var outputShape: [Int] { [batch, filters, outputHeight, outputWidth] }
}

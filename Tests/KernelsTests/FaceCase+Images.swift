import Kernels

extension FaceCase {
    /// Convolutions, pooling and the normalization of channels.
    static let images = shapes + convolutions + pooling + upsampling + channels

    private static let shapes: [FaceCase] = [
        .init("a window larger than the image") { _ = shape(kernel: 4 + $0) },
        .init("a window without pixels") { _ = shape(kernel: 1 - $0) },
        .init("a stride of nothing") { _ = shape(stride: 1 - $0) },
        .init("a negative padding") { _ = shape(padding: -$0) },
        .init("groups that do not divide the channels") { _ = shape(groups: 1 + 2 * $0) },
        .init("images without channels") { _ = shape(channels: 2 - 2 * $0) },
    ]

    private static let convolutions: [FaceCase] = [
        .init("images of another size") { _ = convolution(x: 32 + $0) },
        .init("weights of another size") { _ = convolution(w: 36 - $0) },
        .init("a bias of another size") { _ = convolution(bias: 2 - $0) },
        .init("images of another size, for moments") { _ = convolutionWithMoments(x: 32 + $0) },
        .init("a bias of another size, for moments") { _ = convolutionWithMoments(bias: 2 - $0) },
        .init("a convolution's gradient of another size") { gradients(g: 8 - $0) },
        .init("a convolution's gradient for images of another size") { gradients(x: 32 - $0) },
        .init("a convolution's gradient for weights of another size") { gradients(w: 36 - $0) },
        .init("a convolution's gradient by a normalization of another shape") { excess in
            let normalization = normalizationGradient(g: 8 + 2 * excess, x: 8 + 2 * excess)
            _ = Kernels.convolutionGradients(
                run(32), run(36), shape(), needsInput: true, normalization: normalization)
        },
    ]

    private static let pooling: [FaceCase] = [
        .init("pooling of images of another size") {
            _ = Kernels.maxPool(run(32 + $0), shape())
        },
        .init("pooling that changes the number of channels") {
            _ = Kernels.maxPool(run(32), shape(filters: 2 + $0))
        },
        .init("pooling with windows in the padding alone") {
            _ = Kernels.maxPool(run(32), shape(padding: 2 + $0))
        },
        .init("pooling's gradient of another size") { maxPoolGradient(g: 8 - $0) },
        .init("pooling's gradient with results of another size") { maxPoolGradient(y: 8 - $0) },
        .init("pooling's gradient for images of another size") { maxPoolGradient(x: 32 - $0) },
        .init("means of images of another size") { _ = Kernels.averagePool(run(32 + $0), shape()) },
        .init("means that change the number of channels") {
            _ = Kernels.averagePool(run(32), shape(filters: 2 + $0))
        },
        .init("means' gradient of another size") {
            _ = Kernels.averagePoolGradient(run(8 - $0), shape())
        },
        .init("planes that do not fill their memory") {
            _ = Kernels.planeMeans(run(32 + $0), images: 1, channels: 2)
        },
        .init("a gradient of no row of channels") {
            _ = Kernels.planeMeansGradient(run(4 + $0), channels: 2, plane: 16)
        },
        .init("a gradient of an empty plane") {
            _ = Kernels.planeMeansGradient(run(4), channels: 2, plane: 1 - $0)
        },
    ]

    private static let upsampling: [FaceCase] = [
        .init("up-sampling of images of another size") {
            _ = Kernels.upsample(run(24 + $0), upsampling())
        },
        .init("up-sampling's gradient of another size") {
            _ = Kernels.upsampleGradient(run(96 - $0), upsampling())
        },
        .init("up-sampling of a negative height") {
            _ = Kernels.upsample(run(0), upsampling(height: 0 - $0))
        },
        .init("up-sampling to nothing") {
            _ = Kernels.upsample(run(24), upsampling(factor: 1 - $0))
        },
    ]

    private static let channels: [FaceCase] = [
        .init("moments of what is no rows") { _ = Kernels.batchMoments(run(8 + $0), channels: 2) },
        .init("sums of columns that are no rows") {
            _ = Kernels.columnSums(run(8 + $0), columns: 2)
        },
        .init("channels that are no rows") { _ = affine(x: 8 + $0) },
        .init("a mean too few") { _ = affine(mean: 2 - $0) },
        .init("a shift too few") { _ = affine(shift: 2 - $0) },
        .init("a residual of another size") { _ = affine(residual: 8 - $0) },
        .init("a normalization's gradient of another size than its input") {
            _ = normalizationGradient(g: 8 - $0)
        },
        .init("a normalization's gradient of what is no rows") {
            _ = normalizationGradient(g: 8 + $0, x: 8 + $0)
        },
        .init("a mask by a scale too few") {
            _ = normalizationGradient(mask: .byInput(scale: ones(2 - $0), shift: ones(2)))
        },
        .init("a mask by a shift too few") {
            _ = normalizationGradient(mask: .byInput(scale: ones(2), shift: ones(2 - $0)))
        },
        .init("a mask by an output of another size") {
            _ = normalizationGradient(mask: .byOutput(run(8 - $0)))
        },
        .init("a factor too few") { _ = normalizationGradient(factors: 2 - $0) },
        .init("a normalization's gradient of a convolution of another shape") {
            _ = normalizationGradient(of: shape(filters: 2, stride: 1 + $0), x: 8)
        },
    ]

    /// Of one image of 4×4 with two channels: an output of 2×2 with two.
    private static func shape(
        channels: Int = 2, filters: Int = 2, kernel: Int = 3, stride: Int = 1, padding: Int = 0,
        groups: Int = 1
    ) -> ConvolutionShape {
        ConvolutionShape(
            batch: 1, channels: channels, height: 4, width: 4, filters: filters,
            kernelHeight: kernel, kernelWidth: kernel,
            stride: stride, padding: padding, groups: groups)
    }

    /// Of one image of 4×2 with three channels.
    private static func upsampling(height: Int = 4, factor: Int = 2) -> Upsampling {
        Upsampling(images: 1, height: height, width: 2, channels: 3, factor: factor)
    }

    private static func convolution(x: Int = 32, w: Int = 36, bias: Int = 2) -> Floats {
        Kernels.convolution(run(x), run(w), bias: run(bias), shape())
    }

    private static func convolutionWithMoments(x: Int = 32, bias: Int = 2) -> Floats {
        Kernels.convolutionWithMoments(run(x), run(36), bias: run(bias), shape()).y
    }

    private static func gradients(x: Int = 32, w: Int = 36, g: Int = 8) {
        _ = Kernels.convolutionGradients(run(x), run(w), run(g), shape(), needsInput: true)
    }

    private static func maxPoolGradient(g: Int = 8, x: Int = 32, y: Int = 8) {
        _ = Kernels.maxPoolGradient(run(g), x: run(x), y: run(y), shape())
    }

    private static func affine(
        x: Int = 8, mean: Int = 2, shift: Int = 2, residual: Int? = nil
    ) -> Floats {
        Kernels.affine(
            run(x), mean: ones(mean), scale: ones(2), shift: ones(shift),
            residual: residual.map(run) ?? run(x))
    }

    private static func normalizationGradient(
        of shape: ConvolutionShape? = nil, g: Int = 8, x: Int = 8,
        mask: Kernels.GradientMask = .everywhere, factors: Int = 2
    ) -> NormalizationGradient {
        NormalizationGradient(
            run(g), run(x), of: shape, mean: ones(2), mask: mask, needsMasked: true
        ) { _, _ in
            Kernels.ChannelFactors(a: ones(factors), b: ones(2), c: ones(2))
        }
    }

    private static func ones(_ count: Int) -> [Float] { Array(repeating: 1, count: count) }
}

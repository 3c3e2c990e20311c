import Loops

/// A convolution whose groups are convolutions of their own, over channels brought together.
struct GroupedConvolution: ConvolutionMethod {
    private let s: ConvolutionShape
    private let part: any ConvolutionMethod

    init(_ s: ConvolutionShape) {
        self.s = s
        var one = s
        (one.channels, one.filters, one.groups) = (s.groupChannels, s.groupFilters, 1)
        part = one.method
    }

    func forward(_ w: Floats) -> PreparedWeights { forEachGroup(w, part.forward) }

    func output(
        of x: Pointer, into y: Pointer, images: Int, by weights: PreparedWeights, isFollowed: Bool
    ) {
        let (source, target) = (
            gathered(x, images, s.plane, s.channels), block(images, s.outputPlane, s.filters)
        )
        for group in 0..<s.groups {
            part.output(
                of: source.base + group * images * s.plane * s.groupChannels,
                into: target.base + group * images * s.outputPlane * s.groupFilters,
                images: images, by: share(of: group, in: weights), isFollowed: false)
        }
        scatter(target.base, to: y, images * s.outputPlane, s.filters)
        withExtendedLifetime((source, target)) {}
    }

    func backward(_ w: Floats) -> PreparedWeights { forEachGroup(w, part.backward) }

    func inputGradient(
        of g: Pointer, into d: Pointer, images: Int, by weights: PreparedWeights
    ) {
        let (source, target) = (
            gathered(g, images, s.outputPlane, s.filters), block(images, s.plane, s.channels)
        )
        for group in 0..<s.groups {
            part.inputGradient(
                of: source.base + group * images * s.outputPlane * s.groupFilters,
                into: target.base + group * images * s.plane * s.groupChannels,
                images: images, by: share(of: group, in: weights))
        }
        scatter(target.base, to: d, images * s.plane, s.channels)
        withExtendedLifetime((source, target)) {}
    }

    func addWeightGradient(
        of x: Pointer, _ g: Pointer, images: Int, to sums: Pointer, isFollowed: Bool
    ) {
        let (source, gradient) = (
            gathered(x, images, s.plane, s.channels), gathered(g, images, s.outputPlane, s.filters)
        )
        for group in 0..<s.groups {
            part.addWeightGradient(
                of: source.base + group * images * s.plane * s.groupChannels,
                gradient.base + group * images * s.outputPlane * s.groupFilters, images: images,
                to: sums + group * part.sumCount, isFollowed: false)
        }
        withExtendedLifetime((source, gradient)) {}
    }

    var sumCount: Int { s.groups * part.sumCount }
    var pieces: Int { part.pieces }

    func weights(from sums: Floats) -> Floats {
        var d = Floats(uninitialized: s.weightCount)
        for group in 0..<s.groups {
            let one = part.weights(
                from: sums[group * part.sumCount..<(group + 1) * part.sumCount])
            d.replace(at: group * one.count, with: one)
        }
        return d
    }

    private func forEachGroup(
        _ w: Floats, _ prepare: (Floats) -> PreparedWeights
    ) -> PreparedWeights {
        let count = s.weightCount / s.groups
        return (0..<s.groups).flatMap { prepare(w[$0 * count..<($0 + 1) * count]) }
    }

    private func share(of group: Int, in weights: PreparedWeights) -> PreparedWeights {
        let count = weights.count / s.groups
        return Array(weights[group * count..<(group + 1) * count])
    }

    private func block(_ images: Int, _ plane: Int, _ channels: Int) -> FloatBlock {
        FloatBlock(images * plane * channels)
    }

    /// Pixels × channels as groups × pixels × the group's channels.
    private func gathered(
        _ x: Pointer, _ images: Int, _ plane: Int, _ channels: Int
    ) -> FloatBlock {
        let (gathered, pixels, width) = (
            block(images, plane, channels), images * plane, channels / s.groups
        )
        for group in 0..<s.groups {
            let target = gathered.base + group * pixels * width
            for pixel in 0..<pixels {
                (target + pixel * width).update(
                    from: x + pixel * channels + group * width, count: width)
            }
        }
        return gathered
    }

    /// The reverse.
    private func scatter(_ x: Pointer, to y: Pointer, _ pixels: Int, _ channels: Int) {
        let width = channels / s.groups
        for group in 0..<s.groups {
            let source = x + group * pixels * width
            for pixel in 0..<pixels {
                (y + pixel * channels + group * width).update(
                    from: source + pixel * width, count: width)
            }
        }
    }
}

import Loops

/// Copies of images N×H×W×C with a border of zeros, so that no window leaves them; images that need
/// none are used where they lie.
struct PaddedImages {
    private let block: FloatBlock?
    let start: Pointer
    /// Floats from one line and from one image to the next.
    let lineStep: Int
    let imageStep: Int

    /// - Parameters:
    ///   - before: lines and columns above and to the left of each image; `after`: below and to the
    ///     right.
    init(
        _ images: Pointer, count: Int, height: Int, width: Int, channels: Int,
        before: (y: Int, x: Int), after: (y: Int, x: Int)
    ) {
        lineStep = (before.x + width + after.x) * channels
        imageStep = (before.y + height + after.y) * lineStep
        guard before != (0, 0) || after != (0, 0) else {
            (block, start) = (nil, images)
            return
        }
        let block = FloatBlock(count * imageStep)
        (self.block, start) = (block, block.base)
        let line = width * channels
        for image in 0..<count {
            var target = start + image * imageStep
            target.update(repeating: 0, count: before.y * lineStep)
            target += before.y * lineStep
            for y in 0..<height {
                target.update(repeating: 0, count: before.x * channels)
                target += before.x * channels
                target.update(from: images + (image * height + y) * line, count: line)
                target += line
                target.update(repeating: 0, count: after.x * channels)
                target += after.x * channels
            }
            target.update(repeating: 0, count: after.y * lineStep)
        }
    }

    /// Some of a convolution's images, padded as the convolution asks.
    init(_ x: Pointer, _ images: Int, _ s: ConvolutionShape) {
        self.init(
            x, count: images, height: s.height, width: s.width, channels: s.channels,
            before: (s.padding, s.padding), after: (s.padding, s.padding))
    }

    var isCopy: Bool { block != nil }

    /// Keeps the memory alive until here.
    func finish() { withExtendedLifetime(block) {} }
}

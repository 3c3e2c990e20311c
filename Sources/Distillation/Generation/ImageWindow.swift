import NeuralNetwork

/// A part of an image that is seen at the size of the whole.
///
/// Pixel i covers i … i + 1 along each side, so that the whole of an image H×W begins at 0, 0 and
/// is H high and W wide.
public struct ImageWindow: Hashable, Sendable {
    /// Where it begins, in pixels; it may reach beyond the image.
    public var top: Float
    /// As ``top``.
    public var left: Float
    /// How large it is, in pixels.
    public var height: Float
    /// As ``height``.
    public var width: Float
    /// Whether left and right are exchanged.
    public var isMirrored: Bool

    /// A part of an image.
    public init(top: Float, left: Float, height: Float, width: Float, isMirrored: Bool = false) {
        (self.top, self.left, self.height, self.width) = (top, left, height, width)
        self.isMirrored = isMirrored
    }

    /// The weights of an image's rows in each row of the view, H×H.
    fileprivate func rows(of count: Int) -> [Float] {
        Self.weights(count, from: top, extent: height, isReversed: false)
    }

    /// The weights of an image's columns in each column of the view, W×W.
    fileprivate func columns(of count: Int) -> [Float] {
        Self.weights(count, from: left, extent: width, isReversed: isMirrored)
    }

    /// Place i of the view is at `start` + (i + ½) · `extent` / `count` − ½ of the image, between
    /// two pixels or at the nearest one of the edge.
    private static func weights(
        _ count: Int, from start: Float, extent: Float, isReversed: Bool
    ) -> [Float] {
        let (step, last) = (extent / Float(count), Float(count - 1))
        var weights = [Float](repeating: 0, count: count * count)
        for place in 0..<count {
            let seen = isReversed ? count - 1 - place : place
            let position = min(max(start + (Float(seen) + 0.5) * step - 0.5, 0), last)
            let lower = Int(position)
            let part = position - Float(lower)
            weights[place * count + lower] = 1 - part
            if part > 0 { weights[place * count + lower + 1] = part }
        }
        return weights
    }
}

extension Variable {
    /// Images N×C×H×W of the same size, each of them what a window shows of one, by linear
    /// interpolation between pixels. What lies beyond an image repeats its edge.
    ///
    /// - Precondition: there is a window for each image.
    public func seen(through windows: [ImageWindow]) -> Variable {
        precondition(shape.count == 4 && windows.count == shape[0], "a window for each image")
        let (n, c, h, w) = (shape[0], shape[1], shape[2], shape[3])
        let rows = Tensor(shape: [n, h, h], values: windows.flatMap { $0.rows(of: h) })
        let columns = Tensor(shape: [n, w, w], values: windows.flatMap { $0.columns(of: w) })
        let down = Variable(rows).batchedMatmul(permuted([0, 2, 1, 3]).reshaped([n, h, c * w]))
        let across = down.reshaped([n, h, c, w]).permuted([0, 3, 2, 1]).reshaped([n, w, c * h])
        return Variable(columns).batchedMatmul(across).reshaped([n, w, c, h])
            .permuted([0, 2, 3, 1])
    }
}

import Kernels

extension Variable {
    /// The pixels of images N×C×H×W as rows, (N·H·W)×C: the same memory where channels lie last.
    public func pixelRows() -> Variable {
        let images = shape
        let rows = [images[0] * images[2] * images[3], images[1]]
        return .operation(Tensor(shape: rows, floats: value.pixels), of: [self]) { g in
            [Tensor(images: images, pixels: g.floats)]
        }
    }

    /// Rows of pixels (N·H·W)×C as images N×C×H×W.
    ///
    /// - Precondition: the rows fill images of that shape.
    public func images(_ shape: [Int]) -> Variable {
        let rows = self.shape
        precondition(rows == [shape[0] * shape[2] * shape[3], shape[1]], "pixels do not fit")
        return .operation(Tensor(images: shape, pixels: value.floats), of: [self]) { g in
            [Tensor(shape: rows, floats: g.pixels)]
        }
    }
}

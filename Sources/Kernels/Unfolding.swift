extension Kernels {
    /// Unfolds one group of one image into a matrix of depth × output pixels (im2col).
    static func unfold(_ image: Pointer, _ s: ConvolutionShape, into columns: Pointer) {
        var row = columns
        for channel in 0..<s.groupChannels {
            let plane = image + channel * s.plane
            for ky in 0..<s.kernelHeight {
                for kx in 0..<s.kernelWidth {
                    unfold(plane, ky, kx, s, into: row)
                    row += s.outputPlane
                }
            }
        }
    }

    private static func unfold(
        _ plane: Pointer, _ ky: Int, _ kx: Int, _ s: ConvolutionShape, into row: Pointer
    ) {
        let (height, width) = (s.outputHeight, s.outputWidth)
        let rows = s.inside(ky, extent: s.height, outputs: height)
        let columns = s.inside(kx, extent: s.width, outputs: width)
        row.update(repeating: 0, count: rows.lowerBound * width)
        for y in rows {
            let source = plane + (y * s.stride + ky - s.padding) * s.width + kx - s.padding
            let target = row + y * width
            for x in 0..<columns.lowerBound { target[x] = 0 }
            if s.stride == 1 {
                for x in columns { target[x] = source[x] }
            } else {
                for x in columns { target[x] = source[x * s.stride] }
            }
            for x in columns.upperBound..<width { target[x] = 0 }
        }
        (row + rows.upperBound * width)
            .update(repeating: 0, count: (height - rows.upperBound) * width)
    }

    /// Adds the columns of an unfolded matrix to the pixels they came from (col2im).
    static func fold(_ columns: Pointer, _ s: ConvolutionShape, addingTo image: Pointer) {
        var row = columns
        for channel in 0..<s.groupChannels {
            let plane = image + channel * s.plane
            for ky in 0..<s.kernelHeight {
                for kx in 0..<s.kernelWidth {
                    fold(row, ky, kx, s, addingTo: plane)
                    row += s.outputPlane
                }
            }
        }
    }

    private static func fold(
        _ row: Pointer, _ ky: Int, _ kx: Int, _ s: ConvolutionShape, addingTo plane: Pointer
    ) {
        let columns = s.inside(kx, extent: s.width, outputs: s.outputWidth)
        for y in s.inside(ky, extent: s.height, outputs: s.outputHeight) {
            let target = plane + (y * s.stride + ky - s.padding) * s.width + kx - s.padding
            let source = row + y * s.outputWidth
            if s.stride == 1 {
                for x in columns { target[x] += source[x] }
            } else {
                for x in columns { target[x * s.stride] += source[x] }
            }
        }
    }
}

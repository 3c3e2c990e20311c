extension Kernels {
    /// The largest pixel under each window, and where it was (the first, as an index into its plane).
    ///
    /// x: N×C×H×W; `s.filters` is C.
    public static func maxPool(_ x: Floats, _ s: ConvolutionShape) -> (y: Floats, at: [Int32]) {
        precondition(x.count == s.inputCount && s.filters == s.channels, "sizes do not fit")
        var y = Floats(uninitialized: s.outputCount)
        let (source, target) = (x.pointer, y.mutablePointer())
        let places = [Int32](unsafeUninitializedCapacity: s.outputCount) { places, count in
            count = s.outputCount
            guard let places = places.baseAddress else { return }
            forEachPlane(s) { plane in
                let image = source + plane * s.plane
                forEachWindow(s) { output, rows, columns in
                    var best = rows.lowerBound * s.width + columns.lowerBound
                    for y in rows {
                        for x in columns where image[y * s.width + x] > image[best] {
                            best = y * s.width + x
                        }
                    }
                    target[plane * s.outputPlane + output] = image[best]
                    places[plane * s.outputPlane + output] = Int32(truncatingIfNeeded: best)
                }
            }
        }
        return (y, places)
    }

    /// The gradient of ``maxPool(_:_:)``: each upstream value goes to the pixel that was largest.
    public static func maxPoolGradient(
        _ g: Floats, at places: [Int32], _ s: ConvolutionShape
    ) -> Floats {
        precondition(g.count == s.outputCount && places.count == g.count, "sizes do not fit")
        var d = Floats(repeating: 0, count: s.inputCount)
        let (source, target) = (g.pointer, d.mutablePointer())
        places.withUnsafeBufferPointer { places in
            forEachPlane(s) { plane in
                for output in plane * s.outputPlane..<(plane + 1) * s.outputPlane {
                    target[plane * s.plane + Int(places[output])] += source[output]
                }
            }
        }
        return d
    }

    /// The mean under each window; padding counts as zeros, as PyTorch's default has it.
    public static func averagePool(_ x: Floats, _ s: ConvolutionShape) -> Floats {
        precondition(x.count == s.inputCount && s.filters == s.channels, "sizes do not fit")
        var y = Floats(uninitialized: s.outputCount)
        let (source, target) = (x.pointer, y.mutablePointer())
        let scale = 1 / Float(s.kernelHeight * s.kernelWidth)
        forEachPlane(s) { plane in
            let image = source + plane * s.plane
            forEachWindow(s) { output, rows, columns in
                var total: Float = 0
                for y in rows { for x in columns { total += image[y * s.width + x] } }
                target[plane * s.outputPlane + output] = total * scale
            }
        }
        return y
    }

    /// The gradient of ``averagePool(_:_:)``.
    public static func averagePoolGradient(_ g: Floats, _ s: ConvolutionShape) -> Floats {
        precondition(g.count == s.outputCount, "sizes do not fit")
        var d = Floats(repeating: 0, count: s.inputCount)
        let (source, target) = (g.pointer, d.mutablePointer())
        let scale = 1 / Float(s.kernelHeight * s.kernelWidth)
        forEachPlane(s) { plane in
            let image = target + plane * s.plane
            forEachWindow(s) { output, rows, columns in
                let share = source[plane * s.outputPlane + output] * scale
                for y in rows { for x in columns { image[y * s.width + x] += share } }
            }
        }
        return d
    }

    private static func forEachPlane(_ s: ConvolutionShape, _ body: (Int) -> Void) {
        Parallel.forRanges(s.batch * s.channels, size: 64) { planes in
            for plane in planes { body(plane) }
        }
    }

    /// Every output pixel with the rows and columns of the image that its window covers.
    @inline(__always)
    private static func forEachWindow(
        _ s: ConvolutionShape,
        _ body: (_ output: Int, _ rows: Range<Int>, _ columns: Range<Int>) -> Void
    ) {
        var output = 0
        for oy in 0..<s.outputHeight {
            let top = oy * s.stride - s.padding
            let rows = max(0, top)..<min(s.height, top + s.kernelHeight)
            for ox in 0..<s.outputWidth {
                let left = ox * s.stride - s.padding
                body(output, rows, max(0, left)..<min(s.width, left + s.kernelWidth))
                output += 1
            }
        }
    }
}

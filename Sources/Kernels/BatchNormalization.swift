extension Kernels {
    /// What a batch normalization found in its batch, for each channel.
    public struct BatchMoments: Sendable {
        public var mean: [Float]
        /// The biased variance, over N·H·W values.
        public var variance: [Float]
    }

    /// Mean and biased variance of each channel, in two passes. x: N×C×plane.
    public static func batchMoments(_ x: Floats, batch: Int, channels: Int) -> BatchMoments {
        let plane = planeSize(x, batch, channels)
        let source = x.pointer
        let count = Double(batch * plane)
        var mean = [Float](repeating: 0, count: channels)
        var variance = mean
        mean.withUnsafeMutableBufferPointer { mean in
            variance.withUnsafeMutableBufferPointer { variance in
                let (mean, variance) = (UnsafeShared(mean), UnsafeShared(variance))
                Parallel.forRanges(channels, size: 4) { part in
                    for c in part {
                        let total = reduce(batch) {
                            sum(source + ($0 * channels + c) * plane, plane)
                        }
                        let m = Float(total / count)
                        let squares = reduce(batch) { image in
                            let values = source + (image * channels + c) * plane
                            return sum(
                                plane,
                                {
                                    let d = load(values + $0) - m
                                    return d * d
                                },
                                {
                                    let d = values[$0] - m
                                    return d * d
                                })
                        }
                        mean.values[c] = m
                        variance.values[c] = Float(squares / count)
                    }
                }
            }
        }
        return BatchMoments(mean: mean, variance: variance)
    }

    /// y = scale·x + shift for each channel. x: N×C×plane.
    public static func scaleAndShift(
        _ x: Floats, scale: [Float], shift: [Float], batch: Int
    ) -> Floats {
        let channels = scale.count
        precondition(shift.count == channels, "a shift for each channel")
        let plane = planeSize(x, batch, channels)
        var y = Floats(uninitialized: x.count)
        let (source, target) = (x.pointer, y.mutablePointer())
        Parallel.forRanges(batch, size: 4) { images in
            for image in images {
                for c in 0..<channels {
                    let (a, b) = (scale[c], shift[c])
                    let start = (image * channels + c) * plane
                    let (from, to) = (source + start, target + start)
                    for i in 0..<plane { to[i] = a * from[i] + b }
                }
            }
        }
        return y
    }

    /// For each channel Σ g and Σ g·(x − mean)·inverseDeviation. g, x: N×C×plane.
    public static func normalizationSums(
        _ g: Floats, _ x: Floats, mean: [Float], inverseDeviation: [Float], batch: Int
    ) -> (shift: [Float], scale: [Float]) {
        let channels = mean.count
        precondition(g.count == x.count && inverseDeviation.count == channels, "sizes differ")
        let plane = planeSize(x, batch, channels)
        let (gp, xp) = (g.pointer, x.pointer)
        var shift = [Float](repeating: 0, count: channels)
        var scale = shift
        shift.withUnsafeMutableBufferPointer { shift in
            scale.withUnsafeMutableBufferPointer { scale in
                let (shift, scale) = (UnsafeShared(shift), UnsafeShared(scale))
                Parallel.forRanges(channels, size: 4) { part in
                    for c in part {
                        let m = mean[c]
                        var totals = (0.0, 0.0)
                        for image in 0..<batch {
                            let start = (image * channels + c) * plane
                            let (gs, xs) = (gp + start, xp + start)
                            totals.0 += Double(sum(gs, plane))
                            totals.1 += Double(
                                sum(
                                    plane, { load(gs + $0) * (load(xs + $0) - m) },
                                    { gs[$0] * (xs[$0] - m) }))
                        }
                        shift.values[c] = Float(totals.0)
                        scale.values[c] = Float(totals.1 * Double(inverseDeviation[c]))
                    }
                }
            }
        }
        return (shift, scale)
    }

    /// d = a·g + b·x + c for each channel. g, x: N×C×plane.
    public static func combineChannels(
        _ g: Floats, _ x: Floats, a: [Float], b: [Float], c: [Float], batch: Int
    ) -> Floats {
        let channels = a.count
        precondition(g.count == x.count && b.count == channels && c.count == channels)
        let plane = planeSize(x, batch, channels)
        var d = Floats(uninitialized: x.count)
        let (gp, xp, dp) = (g.pointer, x.pointer, d.mutablePointer())
        Parallel.forRanges(batch, size: 4) { images in
            for image in images {
                for k in 0..<channels {
                    let start = (image * channels + k) * plane
                    let (gs, xs, ds) = (gp + start, xp + start, dp + start)
                    let (u, v, w) = (a[k], b[k], c[k])
                    for i in 0..<plane { ds[i] = u * gs[i] + (v * xs[i] + w) }
                }
            }
        }
        return d
    }

    private static func planeSize(_ x: Floats, _ batch: Int, _ channels: Int) -> Int {
        precondition(batch > 0 && channels > 0 && x.count.isMultiple(of: batch * channels))
        return x.count / (batch * channels)
    }

    private static func reduce(_ batch: Int, _ plane: (Int) -> Float) -> Double {
        (0..<batch).reduce(0.0) { $0 + Double(plane($1)) }
    }
}

/// Memory that several threads write to, each to places of its own.
private struct UnsafeShared: @unchecked Sendable {
    let values: UnsafeMutableBufferPointer<Float>

    init(_ values: UnsafeMutableBufferPointer<Float>) { self.values = values }
}

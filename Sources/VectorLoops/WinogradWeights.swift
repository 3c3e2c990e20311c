import Loops

extension VectorLoops {
    /// Kernel × channels × filters to positions × panels × channels × the panel's filters.
    public static func transformWinogradWeights(
        _ weights: Pointer, kernel: Int, channels: Int, filters: Int, into transformed: Pointer
    ) {
        let (position, panel) = (channels * filters, panelWidth(filters))
        withUnsafeTemporaryAllocation(of: Vector.self, capacity: 6 * kernel) { lines in
            for filter in stride(from: 0, to: filters, by: width) {
                for channel in 0..<channels {
                    for y in 0..<kernel {
                        @inline(__always)
                        func weight(_ x: Int) -> Vector {
                            load(
                                weights + ((y * kernel + x) * channels + channel) * filters + filter
                            )
                        }
                        let six =
                            kernel == 3
                            ? weightsOfThree((weight(0), weight(1), weight(2)))
                            : weightsOfFive(
                                (weight(0), weight(1), weight(2), weight(3), weight(4)))
                        let line = y * 6
                        (lines[line], lines[line + 1], lines[line + 2]) = (six.0, six.1, six.2)
                        (lines[line + 3], lines[line + 4], lines[line + 5]) = (six.3, six.4, six.5)
                    }
                    let target =
                        transformed + filter / panel * panel * channels + channel * panel
                        + filter % panel
                    for x in 0..<6 {
                        let six =
                            kernel == 3
                            ? weightsOfThree((lines[x], lines[6 + x], lines[12 + x]))
                            : weightsOfFive(
                                (
                                    lines[x], lines[6 + x], lines[12 + x], lines[18 + x],
                                    lines[24 + x]
                                ))
                        store(six, target + x * position, step: 6 * position)
                    }
                }
            }
        }
    }

    /// Positions × channels × filters to kernel × channels × filters.
    public static func restoreWinogradWeights(
        _ transformed: Pointer, kernel: Int, channels: Int, filters: Int, into weights: Pointer
    ) {
        let count = channels * filters
        withUnsafeTemporaryAllocation(of: Vector.self, capacity: 6 * kernel) { lines in
            for place in stride(from: 0, to: count, by: width) {
                for x in 0..<6 {
                    let six = loadSix(transformed + x * count + place, step: 6 * count)
                    if kernel == 3 {
                        (lines[x], lines[6 + x], lines[12 + x]) = threeWeights(six)
                    } else {
                        (lines[x], lines[6 + x], lines[12 + x], lines[18 + x], lines[24 + x]) =
                            fiveWeights(six)
                    }
                }
                for y in 0..<kernel {
                    let line = y * 6
                    let six = (
                        lines[line], lines[line + 1], lines[line + 2], lines[line + 3],
                        lines[line + 4], lines[line + 5]
                    )
                    let target = weights + y * kernel * count + place
                    if kernel == 3 {
                        let w = threeWeights(six)
                        store(w.0, target)
                        store(w.1, target + count)
                        store(w.2, target + 2 * count)
                    } else {
                        let w = fiveWeights(six)
                        store(w.0, target)
                        store(w.1, target + count)
                        store(w.2, target + 2 * count)
                        store(w.3, target + 3 * count)
                        store(w.4, target + 4 * count)
                    }
                }
            }
        }
    }
}

/// The mean of some values, at least one.
package func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(values.count)
}

/// The sample standard deviation; 0 for one value.
package func standardDeviation(_ values: [Double]) -> Double {
    let centre = mean(values)
    let squares = values.reduce(0) { $0 + ($1 - centre) * ($1 - centre) }
    return (squares / Double(max(1, values.count - 1))).squareRoot()
}

extension Dictionary where Key: Comparable, Value: AdditiveArithmetic {
    /// The sum of the values, added in the order of the keys. Rounding depends on the order, and
    /// that of a dictionary differs from one process to the next.
    package var sum: Value {
        sorted { $0.key < $1.key }.reduce(.zero) { $0 + $1.value }
    }
}

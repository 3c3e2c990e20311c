/// The mean of some values, at least one.
func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(values.count)
}

/// The sample standard deviation; 0 for one value.
func standardDeviation(_ values: [Double]) -> Double {
    let centre = mean(values)
    let squares = values.reduce(0) { $0 + ($1 - centre) * ($1 - centre) }
    return (squares / Double(max(1, values.count - 1))).squareRoot()
}

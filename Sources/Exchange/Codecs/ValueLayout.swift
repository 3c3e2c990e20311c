/// How the values of a shape are arranged, in counts that cannot overflow.
struct ValueLayout {
    /// A tensor of more values than this is refused whatever its encoding.
    static let mostValues = 1 << 40

    /// All values.
    let count: Int
    /// The first dimension; 1 where there is none.
    let samples: Int
    /// The last dimension; 1 where there is none.
    let classes: Int
    /// The second dimension; 1 where there is none.
    let channels: Int

    /// - Throws: ``WireError`` for dimensions that are negative or too large.
    init(_ shape: [Int]) throws(WireError) {
        var count = 1
        for dimension in shape {
            guard 0...Int(UInt32.max) ~= dimension else {
                throw WireError(.dimensions, "\(dimension) in \(shape) is out of range")
            }
            let (product, overflow) = count.multipliedReportingOverflow(by: dimension)
            guard !overflow, product <= Self.mostValues else {
                throw WireError(.dimensions, "\(shape) is too large")
            }
            count = product
        }
        self.count = count
        samples = shape.first ?? 1
        classes = shape.last ?? 1
        channels = shape.count > 1 ? shape[1] : 1
    }

    /// As many as there are values of a first dimension's index.
    var valuesPerSample: Int { samples == 0 ? 0 : count / samples }

    /// Rows of `classes` values.
    var rows: Int { classes == 0 ? 0 : count / classes }

    /// Refuses a payload of another size.
    func expect(_ byteCount: Int, of payload: [UInt8]) throws(WireError) {
        guard payload.count == byteCount else {
            throw WireError(.values, "\(payload.count) bytes where \(byteCount) are due")
        }
    }
}

/// How the elements of an image become those of another view of it.
enum SampleMap: Sendable {
    /// These elements of the image, by their places among its C·H·W.
    case selection(places: [Int], shape: [Int])
    /// The values of a function of the image's elements.
    ///
    /// - shape: of the result.
    /// - offset: what is added where elements are bytes, which cannot be negative.
    case function(
        shape: [Int], offset: Double, @Sendable (_ image: [Double]) -> [Double])

    /// Whether every channel is one of the image's, in their order.
    var keepsChannels: Bool { if case .selection = self { true } else { false } }

    private var shape: [Int] {
        switch self {
        case .selection(_, let shape), .function(let shape, _, _): shape
        }
    }

    /// The view's samples, with the same numbers and labels.
    func applied(to set: SampleSet) -> SampleSet {
        let pixels: SampleSet.Pixels =
            switch set.pixels {
            case .bytes(let values):
                .bytes(
                    bytes(of: set.count) { values[$0 * set.sampleSize..<($0 + 1) * set.sampleSize] }
                )
            case .mapped(let values): .bytes(bytes(of: set.count) { values.sample($0)[...] })
            case .floats(let values):
                .floats(
                    floats(of: set.count) {
                        values[$0 * set.sampleSize..<($0 + 1) * set.sampleSize]
                    })
            }
        return SampleSet(
            shape: shape, pixels: pixels, labels: set.labels, classCount: set.classCount)
    }

    /// - Parameter sample: the bytes of a sample.
    private func bytes(of count: Int, _ sample: (Int) -> ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(count * shape.reduce(1, *))
        for number in 0..<count {
            let image = sample(number)
            switch self {
            case .selection(let places, _):
                result += places.lazy.map { image[image.startIndex + $0] }
            case .function(_, let offset, let function):
                result += function(image.map(Double.init)).lazy.map { value in
                    UInt8(min(255, max(0, (value + offset + 0.5).rounded(.down))))
                }
            }
        }
        return result
    }

    /// - Parameter sample: the numbers of a sample.
    private func floats(of count: Int, _ sample: (Int) -> ArraySlice<Float>) -> [Float] {
        var result: [Float] = []
        result.reserveCapacity(count * shape.reduce(1, *))
        for number in 0..<count {
            let image = sample(number)
            switch self {
            case .selection(let places, _):
                result += places.lazy.map { image[image.startIndex + $0] }
            case .function(_, _, let function):
                result += function(image.map(Double.init)).lazy.map(Float.init)
            }
        }
        return result
    }
}

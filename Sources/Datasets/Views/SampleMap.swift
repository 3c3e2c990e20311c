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
        let size = set.sampleSize
        let pixels: SampleSet.Pixels =
            switch set.pixels {
            case .bytes(let values):
                .bytes(elements(of: set.count) { values[$0 * size..<($0 + 1) * size] })
            case .mapped(let values): .bytes(elements(of: set.count) { values.sample($0)[...] })
            case .floats(let values):
                .floats(elements(of: set.count) { values[$0 * size..<($0 + 1) * size] })
            }
        return SampleSet(
            shape: shape, pixels: pixels, labels: set.labels, classCount: set.classCount)
    }

    /// - Parameter sample: the elements of a sample.
    private func elements<Element: ViewElement>(
        of count: Int, _ sample: (Int) -> ArraySlice<Element>
    ) -> [Element] {
        var result: [Element] = []
        result.reserveCapacity(count * shape.reduce(1, *))
        for number in 0..<count {
            let image = sample(number)
            switch self {
            case .selection(let places, _):
                result += places.lazy.map { image[image.startIndex + $0] }
            case .function(_, let offset, let function):
                result += function(image.map(\.number)).lazy.map {
                    Element(ofView: $0, offset: offset)
                }
            }
        }
        return result
    }
}

/// An element of an image, as a function of a view computes with it.
private protocol ViewElement {
    var number: Double { get }

    init(ofView value: Double, offset: Double)
}

extension UInt8: ViewElement {
    fileprivate var number: Double { Double(self) }

    fileprivate init(ofView value: Double, offset: Double) {
        let rounded = (value + offset + 0.5).rounded(.down)
        self = UInt8(Swift.min(255, Swift.max(0, rounded)))
    }
}

extension Float: ViewElement {
    fileprivate var number: Double { Double(self) }

    fileprivate init(ofView value: Double, offset: Double) { self = Float(value) }
}

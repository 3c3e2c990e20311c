/// An array of new samples, of whichever format.
struct NewArray {
    /// The extents, the slowest first.
    let shape: [Int]
    let elements: SampleSet.Pixels
    /// Where it came from, for messages.
    let path: String

    init(_ array: NPYArray) {
        (shape, elements, path) = (array.shape, array.elements, array.path)
    }

    init(_ array: IDXArray, _ path: String) {
        (shape, elements) = (array.dimensions, array.elements)
        self.path = path
    }

    /// For messages: `10×28×28`.
    var shapeText: String { shape.map(String.init).joined(separator: "×") }

    /// The elements as samples C×H×W, one after the other, and how many they are; nil where the
    /// array has another shape.
    ///
    /// - Parameters:
    ///   - sample: C×H×W.
    ///   - layout: where the channels are; `auto` for wherever they fit.
    func samples(
        of sample: [Int], _ layout: ArrayLayout
    ) -> (count: Int, pixels: SampleSet.Pixels)? {
        let (channels, height, width) = (sample[0], sample[1], sample[2])
        var forms = layout == .channelsLast ? [] : [sample]
        if channels == 1 { forms.append([height, width]) }
        if channels == 1, height == 1 { forms.append([width]) }
        for form in forms {
            if let count = count(of: form) { return (count, elements) }
        }
        guard layout == .auto || layout == .channelsLast,
            let count = count(of: [height, width, channels])
        else { return nil }
        let pixels = elements.permuted(
            [count, channels, height, width],
            strides: [height * width * channels, 1, width * channels, channels])
        return (count, pixels)
    }

    private func count(of form: [Int]) -> Int? {
        if shape == form { return 1 }
        return shape.count == form.count + 1 && shape.dropFirst().elementsEqual(form)
            ? shape[0] : nil
    }
}

extension ArrayReader {
    /// Elements as the samples to train on have them: bytes, or floats.
    ///
    /// - Throws: ``DatasetError`` (78) for values that those cannot have.
    func alike(
        _ pixels: SampleSet.Pixels, _ path: String
    ) throws(DatasetError) -> SampleSet.Pixels {
        // Features are normalized by their values, whatever these are stored as.
        if scaling != nil { return .floats(pixels.numbers) }
        switch train.pixels {
        case .floats(let known):
            let numbers = pixels.numbers
            try checkScale(numbers, known, path)
            return .floats(numbers)
        case .bytes, .mapped:
            if case .bytes(let values) = pixels {
                if let index = values.firstIndex(where: { $0 > greatest }) {
                    throw complaint(path, index, "\(values[index])")
                }
                return pixels
            }
            return .bytes(try bytes(pixels.numbers, path))
        }
    }

    private func bytes(_ numbers: [Float], _ path: String) throws(DatasetError) -> [UInt8] {
        let bytes = numbers.map { UInt8(exactly: $0) }
        if let index = bytes.firstIndex(where: { $0.map { $0 > greatest } ?? true }) {
            throw complaint(path, index, "\(numbers[index])")
        }
        return bytes.compactMap(\.self)
    }

    private func complaint(_ path: String, _ index: Int, _ value: String) -> DatasetError {
        DatasetError(
            .impossible,
            "\(path): element \(index) is \(value), and samples of \(name) have whole numbers of"
                + " 0...\(greatest); scale the values so")
    }

    /// Refuses values that were scaled otherwise, such as bytes beside fractions of 1.
    private func checkScale(
        _ numbers: [Float], _ known: [Float], _ path: String
    ) throws(DatasetError) {
        let low = known.min() ?? 0
        let high = known.max() ?? 0
        let width = max(high - low, 1e-6)
        let outside = numbers.firstIndex { value in
            value < low - Self.mostWidths * width || value > high + Self.mostWidths * width
        }
        guard let outside else { return }
        throw DatasetError(
            .impossible,
            "\(path): element \(outside) is \(numbers[outside]), and the samples of \(name) to"
                + " train on lie in \(low)...\(high); scale the values alike")
    }

    /// How far values may lie beyond those to train on, in widths of their range.
    private static let mostWidths: Float = 10
}

extension SampleSet.Pixels {
    /// The elements as floats.
    var numbers: [Float] {
        switch self {
        case .floats(let values): values
        case .bytes(let values): values.map { Float($0) }
        case .mapped(let values): (0..<values.count).map { Float(values[$0]) }
        }
    }
}

extension SampleSet {
    /// The samples with some of their channels.
    func keeping(_ channels: Range<Int>) -> SampleSet {
        let area = shape[1] * shape[2]
        let chosen = (0..<count).flatMap { sample in
            channels.map { sample * shape[0] + $0 }
        }
        return SampleSet(
            shape: [channels.count, shape[1], shape[2]],
            pixels: pixels.subset(chosen, size: area), labels: labels, classCount: classCount)
    }
}

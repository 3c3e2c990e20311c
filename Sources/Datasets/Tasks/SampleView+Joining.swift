extension SampleView {
    /// The samples of several views, one after the other, each with classes of its own. All are
    /// normalized by the numbers of the first, and new samples are read as its are.
    ///
    /// - Parameter classes: how many each has.
    /// - Precondition: all have one shape, and test samples or none.
    init(joining views: [SampleView], classes: [Int]) {
        let first = views[0].normalization
        let isStored = views.allSatisfy {
            $0.normalization.divisor == first.divisor && $0.train.holdsBytes
                && $0.test?.holdsBytes != false
        }
        func joined(_ set: (SampleView) -> SampleSet?) -> SampleSet? {
            let sets = views.compactMap { view in
                set(view).map { isStored ? $0 : $0.divided(by: view.normalization.divisor) }
            }
            return sets.isEmpty ? nil : SampleSet(joining: sets, classes: classes)
        }
        guard let train = joined({ $0.train }) else { preconditionFailure("there is a view") }
        self.init(
            train: train, test: joined { $0.test },
            normalization: isStored
                ? first : Normalization(divisor: 1, mean: first.mean, std: first.std),
            contents: views[0].contents,
            reader: views[0].reader.map { base in
                isStored ? base : DividedReader(base: base, divisor: first.divisor)
            })
    }
}

extension SampleSet {
    /// Whether its pixels are bytes.
    fileprivate var holdsBytes: Bool {
        if case .floats = pixels { false } else { true }
    }

    /// The samples of several sets, in memory, each with classes of its own.
    fileprivate init(joining sets: [SampleSet], classes: [Int]) {
        var first = 0
        let labels = zip(sets, classes).flatMap { set, count in
            defer { first += count }
            return set.labels.map { $0 + first }
        }
        self.init(
            shape: sets[0].shape, pixels: Pixels(joining: sets.map(\.pixels)), labels: labels,
            classCount: classes.reduce(0, +))
    }

    /// The same with pixels that are divided by a number.
    fileprivate func divided(by divisor: Double) -> SampleSet {
        let values: [Float] =
            switch pixels {
            case .floats(let values) where divisor == 1: values
            case .floats(let values): values.map { Float(Double($0) / divisor) }
            case .bytes(let values): values.map { Float(Double($0) / divisor) }
            case .mapped(let values):
                (0..<count).flatMap { values.sample($0).map { Float(Double($0) / divisor) } }
            }
        return SampleSet(
            shape: shape, pixels: .floats(values), labels: labels, classCount: classCount)
    }
}

/// Reads new samples as others were read, and divides their pixels.
private struct DividedReader: NewSampleReader {
    let base: any NewSampleReader
    let divisor: Double

    func read(_ paths: [String], classes: ClassNames) throws(DatasetError) -> NewSamples {
        let read = try base.read(paths, classes: classes)
        let samples = read.samples.divided(by: divisor)
        return NewSamples(
            shape: samples.shape, pixels: samples.pixels, classCount: samples.classCount,
            places: read.places, labels: read.labels)
    }
}

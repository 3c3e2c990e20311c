import Bytes
import Datasets
import Testing

/// Views that are computed from the default view of a corpus of images.
@Suite(.timeLimit(.minutes(1))) struct DerivedViewTests {
    private func corpus(
        _ shape: [Int], _ pixels: SampleSet.Pixels, contents: SampleContents = .image
    ) -> Corpus {
        let set = SampleSet(shape: shape, pixels: pixels, labels: [1], classCount: 2)
        let normalization = Normalization(
            divisor: 2, mean: [Double](repeating: 0.25, count: shape[0]),
            std: [Double](repeating: 0.5, count: shape[0]))
        return Corpus(
            name: "made",
            SampleView(train: set, test: set, normalization: normalization, contents: contents))
    }

    private func bytes(_ pixels: SampleSet.Pixels) throws -> [UInt8] {
        guard case .bytes(let values) = pixels else { throw Kind() }
        return values
    }

    private struct Kind: Error {}

    /// An image of two channels of 3×3: the middle row and column belong to the later half.
    @Test(arguments: [
        ("left", [2, 3, 1], [0, 3, 6, 9, 12, 15]),
        ("right", [2, 3, 2], [1, 2, 4, 5, 7, 8, 10, 11, 13, 14, 16, 17]),
        ("top", [2, 1, 3], [0, 1, 2, 9, 10, 11]),
        ("bottom", [2, 2, 3], [3, 4, 5, 6, 7, 8, 12, 13, 14, 15, 16, 17]),
        ("even-rows", [2, 2, 3], [0, 1, 2, 6, 7, 8, 9, 10, 11, 15, 16, 17]),
        ("odd-rows", [2, 1, 3], [3, 4, 5, 12, 13, 14]),
    ])
    func aPartHoldsItsPixels(name: String, shape: [Int], places: [Int]) throws {
        let numbers = [18, 5, 7, 3, 200, 1, 0, 9, 17, 4, 6, 8, 10, 12, 14, 255, 13, 2]
        let wanted = places.map { numbers[$0] }
        let ofBytes = corpus([2, 3, 3], .bytes(numbers.map(UInt8.init)))
        let view = try ofBytes.view(name)
        #expect(view.train.shape == shape)
        #expect(try bytes(view.train.pixels) == wanted.map(UInt8.init))
        #expect(view.test == view.train && view.train.labels == [1])
        #expect(view.normalization == ofBytes.normalization)
        let ofFloats = corpus([2, 3, 3], .floats(numbers.map(Float.init)))
        #expect(try ofFloats.view(name).train.pixels == .floats(wanted.map(Float.init)))
    }

    /// `Image.new("RGB", (1, 1), (200, 30, 90))` of Pillow, by `.convert("L")` and
    /// `.convert("YCbCr")`: 88, and 129, 208.
    @Test func coloursAreThoseOfPillow() throws {
        let made = corpus([3, 1, 1], .bytes([200, 30, 90]))
        #expect(try bytes(try made.view("grey").train.pixels) == [88])
        #expect(try bytes(try made.view("chroma").train.pixels) == [129, 208])
        let grey = corpus([3, 1, 1], .floats([0.5, 0.5, 0.5]))
        #expect(try grey.view("grey").train.pixels == .floats([0.5]))
        #expect(try grey.view("chroma").train.pixels == .floats([0, 0]))
    }

    /// A step from 0 to 100 between the second and the third column.
    @Test func edgesAreWhereTheLumaChanges() throws {
        let row: [UInt8] = [0, 0, 100, 100]
        let made = corpus([1, 3, 4], .bytes(row + row + row))
        #expect(try bytes(try made.view("edges").train.pixels).prefix(4) == [0, 100, 100, 0])
        let flat = corpus([3, 2, 2], .bytes([UInt8](repeating: 7, count: 12)))
        #expect(try bytes(try flat.view("edges").train.pixels) == [0, 0, 0, 0])
    }

    /// A corpus of its own views is the same corpus with and without computed ones.
    @Test func theyAreNoPartOfTheIdentity() throws {
        let made = corpus([1, 2, 2], .bytes([1, 2, 3, 4]))
        let before = made.identity()
        _ = try made.view("left")
        #expect(made.identity() == before && made.views.isEmpty)
    }

    @Test func whatHasNoSuchViewIsRefused() {
        func message(_ corpus: Corpus, _ name: String) -> String {
            do {
                _ = try corpus.view(name)
                return ""
            } catch {
                #expect(error.exitCode == .configuration)
                return error.description
            }
        }
        let grey = corpus([1, 1, 4], .bytes([1, 2, 3, 4]))
        #expect(message(grey, "grey").contains("needs three channels, red, green and blue"))
        #expect(message(grey, "top").contains("needs two rows"))
        let row = corpus([1, 1, 4], .bytes([1, 2, 3, 4]), contents: .features)
        #expect(message(row, "left").contains("its samples are features"))
    }

    @Test func everyImageSourceOffersThem() throws {
        let names = DerivedView.all.map(\.name)
        let digits = try DatasetSources.registry.make("digits")
        #expect(digits.allViews == names && digits.views.isEmpty)
        #expect(try DatasetSources.registry.make("satellite").allViews.count == names.count + 3)
        #expect(try DatasetSources.registry.make("wordnet").allViews.isEmpty)
        let corpus = try digits.load()
        for name in ["left", "right", "top", "bottom", "even-rows", "odd-rows"] {
            let view = try corpus.view(name)
            #expect(view.train.sampleSize == 32 && view.train.labels == corpus.train.labels)
        }
    }

    /// Each of the samples shows another one of them, with that one's label; others are untouched.
    @Test func mispairedSamplesChangePlaces() {
        let set = SampleSet(
            shape: [1, 1, 1], pixels: .bytes(Array(0..<10)), labels: Array(0..<10), classCount: 10)
        let numbers = [1, 2, 4, 5, 7, 8]
        let mispaired = set.mispaired(among: numbers, key: RandomKey(seed: 3))
        #expect(mispaired.pixels == .bytes(mispaired.labels.map(UInt8.init)))
        #expect(mispaired.labels.sorted() == Array(0..<10))
        for number in 0..<10 {
            #expect((mispaired.labels[number] == number) != numbers.contains(number))
        }
        #expect(mispaired != set.mispaired(among: numbers, key: RandomKey(seed: 4)))
    }
}

import Bytes
import Datasets
import Testing

@Suite(.timeLimit(.minutes(1))) struct CorpusTests {
    private let plain = Normalization(divisor: 255, mean: [0], std: [1])

    /// Ten samples of class 0.
    private func view(_ shape: [Int], _ pixels: [UInt8]) -> SampleView {
        SampleView(
            train: SampleSet(
                shape: shape, pixels: .bytes(pixels), labels: [Int](repeating: 0, count: 10),
                classCount: 1), test: nil, normalization: plain)
    }

    private var views: [String: SampleView] {
        [
            "near-infrared": view([1, 2, 3], Array(60..<120)),
            "Tiefe ü": view([1, 1, 2], Array(0..<20)),
        ]
    }

    @Test func theIdentityOfViewsIsTheReferences() throws {
        let corpus = Corpus(name: "made", view([1, 2, 3], Array(0..<60)), views: views)
        #expect(corpus.identity().hexadecimal == (try Vectors.read().viewsIdentity))
    }

    @Test func theIdentityOfOneViewIsItsTrainingSets() throws {
        let corpus = Corpus(name: "made", view([1, 2, 3], Array(0..<60)))
        #expect(corpus.identity().hexadecimal == (try Vectors.read().identity))
    }

    /// Each part of it: the default view, another view, its name.
    @Test func theIdentityCoversEveryView() {
        let main = view([1, 2, 3], Array(0..<60))
        let other = view([1, 2, 3], Array(60..<120))
        let corpora = [
            Corpus(name: "made", main), Corpus(name: "made", main, views: ["a": other]),
            Corpus(name: "made", main, views: ["b": other]),
            Corpus(name: "made", main, views: ["a": main]),
            Corpus(name: "made", other, views: ["a": other]),
            Corpus(name: "made", main, views: ["a": other, "b": other]),
        ]
        #expect(Set(corpora.map { $0.identity() }).count == corpora.count)
    }

    @Test func anUnknownViewNamesTheKnownOnes() {
        let corpus = Corpus(name: "made", view([1, 2, 3], Array(0..<60)), views: views)
        #expect(exitCode { try corpus.view("infrared") } == .configuration)
        #expect(
            message { try corpus.view("near-infrare") }
                == "made has no view 'near-infrare': did you mean 'near-infrared'?"
                + " known: Tiefe ü, bottom, chroma, edges, even-rows, grey, left, near-infrared,"
                + " odd-rows, right, top")
    }

    /// The same samples under the same digest, in each view by other images.
    @Test func viewsShareSamplesAndDigests() throws {
        let corpus = Corpus(name: "made", view([1, 2, 3], Array(0..<60)), views: views)
        let augmentation = Augmentation(flip: true)
        var samplers = [0, 1].map { _ in
            Sampler(samples: Array(0..<10), batchSize: 4, seed: 3)
        }
        for step in 0..<6 {
            let batches = samplers.indices.map { samplers[$0].batch(step) }
            #expect(batches[0] == batches[1] && batches[0].digest == batches[1].digest)
            let images = try ["near-infrared", nil].enumerated().map { index, name in
                let view = try corpus.view(name)
                let gatherer = try BatchGatherer(
                    view.train, normalization: view.normalization, augmentation: augmentation,
                    seed: 3)
                return gatherer.gather(batches[index]).images.values
            }
            // Every pixel of the one view is 60 more than that of the other, mirrored or not.
            let differences = zip(images[0], images[1]).map { ($0 - $1) * 255 }
            #expect(differences.allSatisfy { abs($0 - 60) < 1e-3 })
        }
    }

    /// Class 0 of one learner would be class 1 of another.
    @Test func learnersWithDataOfTheirOwnNeedTheSameClasses() {
        func corpus(_ name: String, _ classes: [String]?) -> Corpus {
            Corpus(name: name, view([1, 2, 3], Array(0..<60)), classNames: classes)
        }
        let cohort = corpus("pets", ["cat", "dog"])
        let text = message {
            try corpus("own", ["dog", "fox"]).check(matches: cohort, learner: "a")
        }
        #expect(text.contains("class 0 of its data (own) is 'dog'"), "\(text)")
        #expect(text.contains("the cohort's (pets) 'cat'"), "\(text)")
        for names in [nil, ["cat", "dog"]] {
            #expect(throws: Never.self) {
                try corpus("own", names).check(matches: cohort, learner: "a")
            }
        }
    }

    @Test func learnersWithDataOfTheirOwnNeedTheViewThereToo() {
        let cohort = Corpus(name: "made", view([1, 2, 3], Array(0..<60)), views: views)
        let own = Corpus(name: "own", view([1, 2, 3], Array(0..<60)))
        #expect(throws: Never.self) { try own.check(matches: cohort, learner: "a") }
        let text = message {
            try own.check(matches: cohort, view: "near-infrared", learner: "a")
        }
        #expect(text.hasPrefix("own has no view 'near-infrared'"), "\(text)")
        let wrong = message {
            try cohort.check(
                matches: Corpus(name: "flat", view([1, 1, 2], Array(0..<20))), learner: "a")
        }
        #expect(wrong.contains("1×2×3 images") && wrong.contains("1×1×2 images"), "\(wrong)")
    }
}

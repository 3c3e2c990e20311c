import Datasets
import Testing

@Suite(.timeLimit(.minutes(1))) struct TestShareTests {
    private let labels = (0..<103).map { $0 < 90 ? 0 : $0 < 102 ? 1 : 2 }

    /// 90 · 0.25 = 22.5 is 23, and a class of one sample is trained on.
    @Test func everyClassGivesItsShare() {
        let split = TestShare(share: 0.25).split(labels: labels, classCount: 3)
        #expect((split.train + split.test).sorted() == Array(labels.indices))
        #expect(split.test == split.test.sorted() && split.train == split.train.sorted())
        let counts = (0..<3).map { label in split.test.count { labels[$0] == label } }
        #expect(counts == [23, 3, 0])
    }

    @Test func theSeedDecides() {
        let splits = [0, 0, 1].map {
            TestShare(share: 0.25, seed: $0).split(labels: labels, classCount: 3).test
        }
        #expect(splits[0] == splits[1] && splits[0] != splits[2])
    }
}

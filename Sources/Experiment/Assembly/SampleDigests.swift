import Datasets
import Synchronization

/// The digests of a corpus's images, each computed once in a process and when it is first needed.
final class SampleDigests: Sendable {
    private let corpus: Corpus
    private let known = Mutex<(training: [UInt8]?, test: [UInt8]?)>((nil, nil))

    init(_ corpus: Corpus) { self.corpus = corpus }

    /// Of the training images, 32 bytes: see `Corpus.identity()`.
    var training: [UInt8] {
        known.withLock { known in
            let digest = known.training ?? corpus.identity()
            known.training = digest
            return digest
        }
    }

    /// Of the test images, 32 bytes; empty where there are none.
    var test: [UInt8] {
        known.withLock { known in
            let digest = known.test ?? corpus.testIdentity() ?? []
            known.test = digest
            return digest
        }
    }
}

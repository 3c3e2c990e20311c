import Datasets

extension Assembler {
    /// How batches are drawn by class; empty where the classes do not count.
    var samplerListing: String {
        guard let size = samples.sampling.perClass else { return "" }
        let groups = commonBatch / size
        return "each batch of \(commonBatch) holds \(groups) groups of \(size) of one class,"
            + " of the \(classes) classes in turn\n"
    }

    /// Remarks on classes that have too few samples for a group.
    func remarkOnGroups() {
        guard let size = samples.sampling.perClass, let drawn = samples.division.common else {
            return
        }
        let counts = Dictionary(grouping: drawn) { samples.corpus.train.labels[$0] }
            .mapValues(\.count)
        for (label, count) in counts.sorted(by: { $0.key < $1.key }) where count < size {
            let name = samples.corpus.classNames?[label] ?? "\(label)"
            remarks.add(
                "data: sampler.per-class is \(size), and class \(name) has \(count)"
                    + " sample\(count == 1 ? "" : "s"): a group holds one of them several times")
        }
    }
}

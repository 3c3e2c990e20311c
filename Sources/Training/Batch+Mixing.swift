import Datasets

extension Batch {
    /// The same samples, each mixed with another one of the batch in every view. They have no
    /// numbers, and two labels each.
    ///
    /// - Precondition: nothing draws partners by their labels.
    func mixed(by mix: BatchMix) -> Batch {
        precondition(partners == nil, "a mixed sample has no class of its own")
        var batch = self
        batch.images = mix.mixed(images)
        if let redrawn { batch.redrawn = { mix.mixed(redrawn()) } }
        if let strong { batch.strong = ImagesOnDemand { mix.mixed(strong.images) } }
        batch.mixed = labels.map { labels in
            MixedLabels(labels: mix.partners.map { labels[$0] }, share: mix.share)
        }
        batch.samples = nil
        batch.digest = mix.digest(of: digest)
        return batch
    }
}

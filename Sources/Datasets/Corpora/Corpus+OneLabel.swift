extension Corpus {
    /// Refuses data whose samples have a label at each position where one class for each is needed.
    ///
    /// - Parameter user: what needs it, for the message: `data: tasks`.
    /// - Throws: ``DatasetError`` (78).
    func checkOneLabel(for user: String) throws(DatasetError) {
        guard train.labelsPerSample > 1 else { return }
        throw DatasetError(
            .impossible,
            "\(user): samples of \(name) have a label at each position, and one class for each"
                + " sample is needed; name data of classified samples")
    }
}

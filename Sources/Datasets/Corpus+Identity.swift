import Bytes

extension Corpus {
    /// A SHA-256 (32 bytes) of the training images, which does not depend on the files that they
    /// came from.
    ///
    /// Without named views it is the identity of the training set. With named views it covers the
    /// ASCII text `cohort views 1`, that identity, and for each name in ascending order of its
    /// UTF-8 bytes: the length of the name as a little-endian u64, the name, and the identity of
    /// its training set.
    public func identity() -> [UInt8] {
        identity(train.identity(), ofView: { $0.train.identity() })
    }

    /// As ``identity()``, of the test images; nil where there are none.
    public func testIdentity() -> [UInt8]? {
        test.map { identity($0.identity(), ofView: { $0.test?.identity() ?? [] }) }
    }

    private func identity(
        _ own: [UInt8], ofView identity: (SampleView) -> [UInt8]
    ) -> [UInt8] {
        guard !views.isEmpty else { return own }
        var writer = ByteWriter()
        writer.append("cohort views 1".utf8)
        writer.append(own)
        let ascending = views.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        for (name, view) in ascending {
            writer.littleEndian(UInt64(name.utf8.count))
            writer.append(name.utf8)
            writer.append(identity(view))
        }
        return SHA256.digest(writer.bytes)
    }
}

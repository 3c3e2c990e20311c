import Bytes
import ImageDecoding

/// What is known of image files before they are decoded: their contents' digests, and what their
/// headers say.
struct ImageSurvey: Sendable {
    /// A file.
    struct Entry: Sendable {
        /// A SHA-256 of its bytes.
        let digest: [UInt8]
        /// A CRC-32C of its bytes, by which a change of the file is found before it is decoded.
        let checksum: UInt32
        /// Bytes of the file.
        let byteCount: Int
        /// Of the upright image, in pixels.
        let height: Int
        /// Of the upright image, in pixels.
        let width: Int
        /// Whether it has one channel beside alpha.
        let isGrey: Bool

        /// Height and width, for messages.
        var size: String { "\(height)×\(width)" }
    }

    let paths: [String]
    /// In the order of `paths`.
    let entries: [Entry]

    /// Reads all files, on all processors.
    ///
    /// - Throws: ``DatasetError`` that names the files that are missing (66) or no images (65).
    init(_ paths: [String]) throws(DatasetError) {
        let found = paths.concurrentMap { path in
            Result { () throws(DatasetError) in try Entry(path) }
        }
        self.paths = paths
        entries = found.compactMap { try? $0.get() }
        guard entries.count < paths.count else { return }
        // Whatever is damaged behind a sound header is reported with the others.
        let sound = found.indices.filter { (try? found[$0].get()) != nil }
        let damaged = ImageReader(
            paths: sound.map { paths[$0] }, entries: entries
        ).damaged()
        let mistakes = found.indices.compactMap { index -> DatasetError? in
            if case .failure(let mistake) = found[index] { return mistake }
            return damaged[paths[index]]
        }
        try DatasetError.check(mistakes)
    }

    /// Height and width of all samples: the form's, or those that all images have.
    ///
    /// - Throws: ``DatasetError`` (78) that names an image of another size, where the form has
    ///   none.
    func size(_ form: ImageForm) throws(DatasetError) -> [Int] {
        if let size = form.size { return size }
        guard let first = entries.first else { return [1, 1] }
        if let other = entries.firstIndex(where: { $0.size != first.size }) {
            throw DatasetError(
                .impossible,
                "\(paths[other]): is \(entries[other].size), \(paths[0]) is \(first.size) high"
                    + " and wide; set size, to which pictures are resized")
        }
        return [first.height, first.width]
    }
}

extension ImageSurvey.Entry {
    /// The most bytes of an image file.
    static let mostBytes = 256 << 20

    fileprivate init(_ path: String) throws(DatasetError) {
        let bytes = try DataFile.stored(path, most: Self.mostBytes)
        do throws(DecodedImage.Failure) {
            let header = try ImageHeader(bytes)
            self.init(
                digest: SHA256.digest(bytes), checksum: CRC32C.checksum(bytes),
                byteCount: bytes.count, height: header.height,
                width: header.width, isGrey: header.channels < 3)
        } catch {
            throw DatasetError(.corrupt, "\(path): \(error)")
        }
    }
}

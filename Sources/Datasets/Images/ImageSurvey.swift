import Bytes
import ImageDecoding

/// What is known of image files before they are decoded: their contents' digests, and what their
/// headers say.
struct ImageSurvey: Sendable {
    /// A file.
    struct Entry: Sendable {
        /// A SHA-256 of its bytes.
        let digest: [UInt8]
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
        let entries = paths.concurrentMap { path in try? Entry(path) }.compactMap(\.self)
        if entries.count < paths.count {
            // Whatever else is damaged behind a sound header is to be reported with it.
            let mistakes = paths.concurrentMap { path in
                do throws(DatasetError) {
                    _ = try Entry(path, decodes: true)
                    return nil as DatasetError?
                } catch { return error }
            }
            try DatasetError.check(mistakes.compactMap(\.self))
            throw DatasetError(.missing, "images: files changed while they were read; start again")
        }
        self.paths = paths
        self.entries = entries
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
                    + " and wide; set size, to which images are resized")
        }
        return [first.height, first.width]
    }
}

extension ImageSurvey.Entry {
    /// - Parameter decodes: whether the image behind the header is tried too.
    fileprivate init(_ path: String, decodes: Bool = false) throws(DatasetError) {
        let bytes = try DataFile.stored(path)
        do throws(DecodedImage.Failure) {
            if decodes { _ = try DecodedImage(bytes) }
            let header = try ImageHeader(bytes)
            self.init(
                digest: SHA256.digest(bytes), height: header.height, width: header.width,
                isGrey: header.channels < 3)
        } catch {
            throw DatasetError(.corrupt, "\(path): \(error)")
        }
    }
}

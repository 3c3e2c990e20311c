import Bytes
import Foundation
import ImageDecoding
import Synchronization

/// Reads many image files at once, on all processors.
struct ImageReader: Sendable {
    let paths: [String]
    let form: ImageForm

    /// Files that are decoded before their samples are handed over.
    private static let batch = 128

    /// What is known of a file before it is decoded.
    private struct Found: Sendable {
        var digest: [UInt8] = []
        var size: [Int] = []
        var mistake: DatasetError?
    }

    /// A SHA-256 of each file, and the size of all samples: the form's, or that of all images.
    ///
    /// - Throws: ``DatasetError`` that names the files that are missing (66) or no images (65), or
    ///   the first whose size is another where the form has none (78).
    func digests() throws(DatasetError) -> (digests: [[UInt8]], size: [Int]) {
        let found = each(Found(), 0..<paths.count) { index in
            do throws(DatasetError) {
                let bytes = try DataFile.stored(paths[index])
                var found = Found(digest: SHA256.digest(bytes))
                if form.size == nil {
                    let image = try decode(bytes, paths[index])
                    found.size = [image.height, image.width]
                }
                return found
            } catch { return Found(mistake: error) }
        }
        try Self.check(found.compactMap(\.mistake))
        if let size = form.size { return (found.map(\.digest), size) }
        let first = found.first?.size ?? []
        if let other = found.firstIndex(where: { $0.size != first }) {
            func text(_ size: [Int]) -> String { "\(size[0])×\(size[1])" }
            throw DatasetError(
                .impossible,
                "\(paths[other]): is \(text(found[other].size)), \(paths[0]) is \(text(first)) high"
                    + " and wide; set size, to which images are resized")
        }
        return (found.map(\.digest), first)
    }

    /// Decodes all files, in their order.
    ///
    /// - Parameter take: receives the samples of some files at a time.
    /// - Throws: ``DatasetError`` that names the files that are no images.
    func samples(
        size: [Int], _ take: (_ samples: [UInt8]) -> Void
    ) throws(DatasetError) {
        var mistakes: [DatasetError] = []
        var progress = DecodingProgress()
        for start in stride(from: 0, to: paths.count, by: Self.batch) {
            let range = start..<min(start + Self.batch, paths.count)
            let decoded = each(Result<[UInt8], DatasetError>.success([]), range) { index in
                Result { () throws(DatasetError) in
                    let image = try decode(try DataFile.stored(paths[index]), paths[index])
                    return form.sample(of: image, size: size)
                }
            }
            for result in decoded {
                switch result {
                case .success(let sample): if mistakes.isEmpty { take(sample) }
                case .failure(let mistake): mistakes.append(mistake)
                }
            }
            progress.report(range.upperBound, of: paths.count)
        }
        try Self.check(mistakes)
    }

    private func decode(_ bytes: [UInt8], _ path: String) throws(DatasetError) -> DecodedImage {
        do throws(DecodedImage.Failure) {
            return try DecodedImage(bytes)
        } catch {
            throw DatasetError(.corrupt, "\(path): \(error)")
        }
    }

    /// The result of `body` for each index, computed at once.
    private func each<Value: Sendable>(
        _ empty: Value, _ range: Range<Int>, _ body: @Sendable (Int) -> Value
    ) -> [Value] {
        let results = Mutex([Value](repeating: empty, count: range.count))
        DispatchQueue.concurrentPerform(iterations: range.count) { index in
            let value = body(range.lowerBound + index)
            results.withLock { $0[index] = value }
        }
        return results.withLock { $0 }
    }

    /// Names up to ten files at once.
    private static func check(_ mistakes: [DatasetError]) throws(DatasetError) {
        guard let first = mistakes.first else { return }
        var lines = mistakes.prefix(10).map(\.description)
        if mistakes.count > 10 { lines.append("and \(mistakes.count - 10) more") }
        throw DatasetError(first.kind, lines.joined(separator: "\n  "))
    }
}

/// Says how far the decoding of many images is, on standard error, when it takes long.
private struct DecodingProgress {
    private var last = ContinuousClock.now

    /// A line at most every two seconds.
    mutating func report(_ done: Int, of all: Int) {
        guard ContinuousClock.now - last >= .seconds(2) else { return }
        last = ContinuousClock.now
        try? FileHandle.standardError.write(
            contentsOf: Data("images: \(done) of \(all) decoded\n".utf8))
    }
}

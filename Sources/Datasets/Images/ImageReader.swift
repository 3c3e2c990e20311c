import Foundation
import ImageDecoding

/// Decodes many image files on all processors.
struct ImageReader: Sendable {
    let paths: [String]
    let form: ImageForm
    /// Height and width of samples.
    let size: [Int]

    /// Files that are decoded before their samples are handed over.
    private static let batch = 128

    /// Decodes all files, in their order.
    ///
    /// - Parameter take: receives a sample.
    /// - Throws: what `take` throws, or ``DatasetError`` that names the files that are no images.
    func samples(_ take: (_ sample: [UInt8]) throws -> Void) throws {
        var mistakes: [DatasetError] = []
        var progress = DecodingProgress()
        for start in stride(from: 0, to: paths.count, by: Self.batch) {
            let range = start..<min(start + Self.batch, paths.count)
            let decoded = paths[range].concurrentMap { path in
                Result { () throws(DatasetError) in try sample(path) }
            }
            for result in decoded {
                switch result {
                case .success(let sample): if mistakes.isEmpty { try take(sample) }
                case .failure(let mistake): mistakes.append(mistake)
                }
            }
            progress.report(range.upperBound, of: paths.count)
        }
        try DatasetError.check(mistakes)
    }

    private func sample(_ path: String) throws(DatasetError) -> [UInt8] {
        let bytes = try DataFile.stored(path)
        do throws(DecodedImage.Failure) {
            return form.sample(of: try DecodedImage(bytes), size: size)
        } catch {
            throw DatasetError(.corrupt, "\(path): \(error)")
        }
    }
}

/// Reports how far the decoding of many images is, on standard error, when it takes long.
private struct DecodingProgress {
    private var last = ContinuousClock.now

    /// A line at most every two seconds.
    mutating func report(_ done: Int, of all: Int) {
        guard ContinuousClock.now - last >= .seconds(2) else { return }
        last = ContinuousClock.now
        ImageCache.notify("\(done) of \(all) pictures decoded")
    }
}

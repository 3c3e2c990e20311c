import Bytes
import Foundation
import ImageDecoding

/// Decodes many image files on all processors, within a part of the memory.
package struct ImageReader: Sendable {
    let paths: [String]
    /// What was found in the files before.
    let entries: [ImageSurvey.Entry]
    /// Bytes that decoding may take; one image is decoded whatever it takes.
    var memory = DecodingMemory.usual

    /// - Precondition: there is an entry for each path.
    init(paths: [String], entries: [ImageSurvey.Entry]) {
        precondition(paths.count == entries.count, "an entry for each path")
        self.paths = paths
        self.entries = entries
    }

    /// Reads the files a first time.
    ///
    /// - Throws: ``DatasetError`` that names the files that are missing (66) or no images (65).
    package init(surveying paths: [String]) throws(DatasetError) {
        self.init(paths: paths, entries: try ImageSurvey(paths).entries)
    }

    /// Decodes all files, in their order.
    ///
    /// - Parameters:
    ///   - size: height and width of samples.
    ///   - take: receives a sample.
    /// - Throws: what `take` throws, or ``DatasetError`` that names the files that are no images,
    ///   or that changed after they were surveyed.
    package func samples(
        _ form: ImageForm, size: [Int], _ take: (_ sample: [UInt8]) throws -> Void
    ) throws {
        var mistakes: [DatasetError] = []
        try decode(sampleBytes: form.color.channels * size[0] * size[1]) { image in
            form.sample(of: image, size: size)
        } take: { _, result in
            switch result {
            case .success(let sample): if mistakes.isEmpty { try take(sample) }
            case .failure(let mistake): mistakes.append(mistake)
            }
        }
        try DatasetError.check(mistakes)
    }

    /// The files that cannot be decoded, with what is wrong with them.
    func damaged() -> [String: DatasetError] {
        var mistakes: [String: DatasetError] = [:]
        decode(sampleBytes: 0) { _ in
        } take: { index, result in
            if case .failure(let mistake) = result { mistakes[paths[index]] = mistake }
        }
        return mistakes
    }

    private func decode<Value: Sendable>(
        sampleBytes: Int, _ body: @Sendable (DecodedImage) -> Value,
        take: (_ index: Int, Result<Value, DatasetError>) throws -> Void
    ) rethrows {
        var progress = DecodingProgress()
        let batches = memory.batches(of: entries.map(\.decodingBytes), keeping: sampleBytes)
        for batch in batches {
            let decoded = batch.concurrentMap { index in
                Result { () throws(DatasetError) in body(try image(index)) }
            }
            for (index, result) in zip(batch, decoded) { try take(index, result) }
            progress.report(batch.upperBound, of: paths.count)
        }
    }

    private func image(_ index: Int) throws(DatasetError) -> DecodedImage {
        let path = paths[index]
        let bytes = try DataFile.stored(path, most: ImageSurvey.Entry.mostBytes)
        let entry = entries[index]
        guard bytes.count == entry.byteCount, CRC32C.checksum(bytes) == entry.checksum else {
            throw DatasetError(.missing, "\(path): changed while it was read; start again")
        }
        do throws(DecodedImage.Failure) { return try DecodedImage(bytes) } catch {
            throw DatasetError(.corrupt, "\(path): \(error)")
        }
    }
}

extension ImageSurvey.Entry {
    /// About what decoding takes: the file, and for each pixel the decoded image, a turned or
    /// converted copy of it, and the coefficients of a progressive JPEG.
    fileprivate var decodingBytes: Int { byteCount + 16 * height * width }
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

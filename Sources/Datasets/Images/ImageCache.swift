import Bytes
import Foundation

/// Decoded samples in a file, so that each image is decoded once, by one process of a host.
///
/// The file's name is a SHA-256 of the images' digests and of how samples are made of them. It
/// holds a head of 64 bytes, `cohort images 2` and zeros, and then the sample of each different
/// image, C×H×W bytes, in ascending order of the images' digests: neither the place of a file, nor
/// its class, nor what is tested on changes it.
struct ImageCache {
    private static let headBytes = 64
    private static let magic = Array("cohort images 2\n".utf8)
    private let path: String
    private let sampleSize: Int
    /// The first file of each different image, in ascending order of digests.
    let firsts: [Int]
    /// For each file the row of its sample.
    private let rows: [Int]

    /// The cache's file for these contents.
    ///
    /// - Parameters:
    ///   - folder: where such files lie; it is made where it is missing.
    ///   - digests: of the image files.
    ///   - sampleSize: bytes of a sample.
    init(folder: String, digests: [[UInt8]], form: String, sampleSize: Int) {
        var firsts: [[UInt8]: Int] = [:]
        for (file, digest) in digests.enumerated() where firsts[digest] == nil {
            firsts[digest] = file
        }
        let ascending = firsts.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        let places = Dictionary(
            uniqueKeysWithValues: ascending.enumerated().map { ($1.key, $0) })
        self.firsts = ascending.map(\.value)
        rows = digests.compactMap { places[$0] }
        var hash = SHA256()
        hash.update(Self.magic[...])
        hash.update(SHA256.digest(Array(form.utf8))[...])
        for (digest, _) in ascending { hash.update(digest[...]) }
        path = "\(folder)/images-\(hash.finalized().hexadecimal)"
        self.sampleSize = sampleSize
    }

    /// Where such files lie unless a folder is named: `$XDG_CACHE_HOME/cohort`, or
    /// `~/.cache/cohort`.
    static var usualFolder: String {
        let environment = ProcessInfo.processInfo.environment
        if let base = environment["XDG_CACHE_HOME"], base.hasPrefix("/") { return "\(base)/cohort" }
        return "\(environment["HOME"] ?? ".")/.cache/cohort"
    }

    /// The samples of all files, in the files' order.
    ///
    /// Where the cache's file is not there yet, it is made, or waited for where another process
    /// makes it. Where the disk does not admit that, the samples stay in memory.
    ///
    /// - Parameter make: hands over the samples of ``firsts``, in that order.
    /// - Returns: the samples, and why they stay in memory.
    /// - Throws: what `make` throws of images.
    func samples(
        _ make: (_ take: ([UInt8]) throws -> Void) throws -> Void
    ) throws(DatasetError) -> (pixels: SampleSet.Pixels, remark: String?) {
        do {
            return (try kept(make), nil)
        } catch let error as DatasetError {
            throw error
        } catch {
            return (
                try inMemory(make),
                "\(error); pictures are decoded at every start, and their samples lie in memory."
                    + " Name another folder as cache"
            )
        }
    }

    /// The samples, in memory once: a set of them holds where they begin.
    private func inMemory(
        _ make: (_ take: ([UInt8]) throws -> Void) throws -> Void
    ) throws(DatasetError) -> SampleSet.Pixels {
        var samples = Data(capacity: firsts.count * sampleSize)
        do { try make { samples += $0 } } catch let error as DatasetError {
            throw error
        } catch { preconditionFailure("memory takes all samples") }
        return .mapped(MappedSamples(file: samples, head: 0, size: sampleSize, rows: rows))
    }

    /// The samples, where a whole file is there.
    private func read() -> SampleSet.Pixels? {
        guard let data = try? Data(contentsOf: URL(filePath: path), options: .alwaysMapped),
            data.count == Self.headBytes + firsts.count * sampleSize, data.starts(with: Self.magic)
        else { return nil }
        return .mapped(
            MappedSamples(file: data, head: Self.headBytes, size: sampleSize, rows: rows))
    }

    /// The samples of the file, which is made where no process has made it.
    private func kept(
        _ make: (_ take: ([UInt8]) throws -> Void) throws -> Void
    ) throws -> SampleSet.Pixels {
        while true {
            if let found = read() { return found }
            guard let partial = try PartialFile(of: path) else { continue }
            // Another process may have finished it before this one held the part.
            if let found = read() { return found }
            try write(to: partial, make)
            guard let found = read() else {
                throw DiskError("read", path, "it is not what was written there")
            }
            return found
        }
    }

    private func write(
        to partial: PartialFile, _ make: (_ take: ([UInt8]) throws -> Void) throws -> Void
    ) throws {
        // What is not whole, after a disk that was full.
        try? FileManager.default.removeItem(atPath: path)
        try partial.write(
            Self.magic + [UInt8](repeating: 0, count: Self.headBytes - Self.magic.count))
        try make(partial.write)
        try partial.finish()
    }

    /// Tells the user about what takes long, on standard error.
    static func notify(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data("images: \(text)\n".utf8))
    }
}

import Foundation

/// How much memory the decoding of images may take, and which images are decoded at the same time.
package struct DecodingMemory: Sendable {
    /// Bytes for images while they are decoded, and as many at most for the samples of a batch.
    let bytes: Int
    /// Images that are decoded at the same time.
    let processors: Int

    /// The most images of a batch.
    private static let most = 128
    /// The most bytes of the samples of a batch, where there is more than one for a processor: few,
    /// so that their memory is used again.
    private static let mostKept = 8 << 20

    package init(bytes: Int, processors: Int) {
        self.bytes = bytes
        self.processors = processors
    }

    /// A quarter of the memory that this process can have, on all processors.
    static var usual: DecodingMemory {
        DecodingMemory(
            bytes: (FreeMemory.bytes ?? 1 << 32) / 4,
            processors: ProcessInfo.processInfo.activeProcessorCount)
    }

    /// Divides images into batches, one after the other, each of which is decoded together.
    ///
    /// - Parameters:
    ///   - costs: bytes that the decoding of each image takes.
    ///   - sampleBytes: bytes of a sample, which stays until its batch is done.
    /// - Returns: ranges of images, none of which is empty.
    package func batches(of costs: [Int], keeping sampleBytes: Int) -> [Range<Int>] {
        var batches: [Range<Int>] = []
        var start = 0
        while start < costs.count {
            let end = end(ofBatchFrom: start, costs, sampleBytes)
            batches.append(start..<end)
            start = end
        }
        return batches
    }

    /// A batch grows while the largest of its images, one for each processor, fit into memory.
    private func end(ofBatchFrom start: Int, _ costs: [Int], _ sampleBytes: Int) -> Int {
        var largest = [costs[start]]
        var end = start + 1
        let fitting = max(1, bytes / max(1, sampleBytes))
        let most = min(
            Self.most, fitting, max(4 * processors, Self.mostKept / max(1, sampleBytes)))
        while end < costs.count, end - start < most {
            largest = Array((largest + [costs[end]]).sorted(by: >).prefix(processors))
            guard largest.reduce(0, +) <= bytes else { break }
            end += 1
        }
        return end
    }
}

import CAllocator

/// The C library's allocator.
enum Allocator {
    /// Requests for more bytes than this are passed to the system each time.
    private static let largestKept: Int32 = 32 << 20
    /// The free bytes above which memory is given back to the system.
    private static let mostFree: Int32 = 64 << 20

    /// Makes it keep the memory of large messages for the next ones. The system would clear each page
    /// anew, which takes a fifth of a step in which eight learners exchange 1 MB each.
    static func keepMemory() {
        mallopt(M_MMAP_THRESHOLD, largestKept)
        mallopt(M_TRIM_THRESHOLD, mostFree)
    }
}

import CAllocator

/// The C library's allocator.
enum Allocator {
    /// Memory of more than this comes from the system at each request.
    private static let largestKept: Int32 = 32 << 20
    /// So much that is free is given back.
    private static let mostFree: Int32 = 64 << 20

    /// Has it keep the memory of large messages for the next ones. The system would clear each page anew:
    /// of a step in which eight learners tell one another 1 MB each that is a fifth.
    static func keepMemory() {
        mallopt(M_MMAP_THRESHOLD, largestKept)
        mallopt(M_TRIM_THRESHOLD, mostFree)
    }
}

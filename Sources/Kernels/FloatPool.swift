import Foundation
import Loops

/// Keeps freed blocks of floats for the next tensor of their size, so that a training step in its
/// steady state asks the system for no memory.
final class FloatPool: @unchecked Sendable {
    static let shared = FloatPool()

    private let lock = NSLock()
    private var free: [Int: [UnsafeMutablePointer<Float>]] = [:]
    private var systemAllocations = 0

    /// How often the system was asked for memory.
    var allocations: Int { lock.withLock { systemAllocations } }

    /// The size of the block that serves `count` floats: an eighth of a power of two, at least 16.
    static func capacity(for count: Int) -> Int {
        guard count > 128 else { return max(16, (count + 15) & ~15) }
        let unit = 1 << (Int.bitWidth - (count - 1).leadingZeroBitCount - 4)
        return (count + unit - 1) & ~(unit - 1)
    }

    /// Whether blocks are handed out full of what is not a number, so that whoever reads what was
    /// never written is found out: a test of the engine, by COHORT_POISON=1 in the environment.
    private static let poisons = ProcessInfo.processInfo.environment["COHORT_POISON"] == "1"

    /// A block aligned to 64 bytes, with whatever it held before.
    func take(_ capacity: Int) -> UnsafeMutablePointer<Float> {
        let block = freeOrNew(capacity)
        if Self.poisons { block.update(repeating: .nan, count: capacity + Layout.slack) }
        return block
    }

    private func freeOrNew(_ capacity: Int) -> UnsafeMutablePointer<Float> {
        lock.withLock {
            if let block = free[capacity]?.popLast() { return block }
            systemAllocations += 1
            let floats = capacity + Layout.slack
            return UnsafeMutableRawPointer.allocate(byteCount: floats * 4, alignment: 64)
                .bindMemory(to: Float.self, capacity: floats)
        }
    }

    func give(back block: UnsafeMutablePointer<Float>, capacity: Int) {
        lock.withLock { free[capacity, default: []].append(block) }
    }
}

import Bytes
import Foundation

/// Lines that a learner writes again: one that goes on from a checkpoint repeats the steps that an
/// earlier start took after it.
enum RepeatedSteps {
    /// Removes the lines of later steps than `step`, and a line without its end, which a crash
    /// left. A reader sees the file as it was or as it is to be.
    ///
    /// - Parameters:
    ///   - lineEnd: what ends a line.
    ///   - stepOf: the step of a line; nil for one that stays.
    ///   - shortened: what stands in the place of a line of a later step; nil for nothing.
    /// - Returns: the step of the last line that stays as it is; nil where none has a step.
    /// - Throws: ``DiskError``.
    @discardableResult
    static func remove(
        after step: Int, from path: String, lineEnd: String = "\n",
        stepOf: (String) -> Int?, shortened: (String) -> String? = { _ in nil }
    ) throws(DiskError) -> Int? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let text = String(decoding: try Files.read(path), as: UTF8.self)
        let lines = text.components(separatedBy: lineEnd)
        let complete = lines.dropLast()
        // Steps ascend, so that what precedes one that stays need not be looked at.
        let settled = complete.lastIndex { line in stepOf(line).map { $0 <= step } ?? false }
        let end = settled.map { $0 + 1 } ?? complete.startIndex
        let kept =
            complete[..<end]
            + complete[end...].compactMap { line in
                stepOf(line) == nil ? line : shortened(line)
            }
        if kept != complete || lines.last != "" {
            try Files.replace(path, with: Data(kept.map { $0 + lineEnd }.joined().utf8))
        }
        return settled.flatMap { stepOf(complete[$0]) }
    }
}

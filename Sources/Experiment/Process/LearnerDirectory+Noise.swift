import Bytes
import Distillation
import Foundation
import Reporting

/// The secret from which a learner draws the noise of private votes: drawn once from the operating
/// system, and kept beside its checkpoints, so that what is repeated after a crash is the same.
extension LearnerDirectory {
    /// The secret, drawn and written where there is none.
    ///
    /// - Parameter isBegun: whether an earlier start may have drawn noise from it; then it must be
    ///   there.
    /// - Throws: ``DiskError``: 66 where it must be there and is not, 65 where it is not whole.
    package func noiseKey(isBegun: Bool) throws(DiskError) -> NoiseKey {
        if FileManager.default.fileExists(atPath: noise) { return try writtenNoiseKey() }
        guard !isBegun else {
            throw DiskError(
                "read", noise,
                "the learner drew its noise from it, and answers that were given under it would be"
                    + " given again under other noise; bring the file back, or begin a new run,"
                    + " whose ε adds to what was spent", exitCode: .missingFile)
        }
        let key = NoiseKey.random()
        try write(key)
        return key
    }

    /// The secret of an earlier start.
    ///
    /// - Throws: ``DiskError``: 66 where there is none, 65 where it is not whole.
    package func writtenNoiseKey() throws(DiskError) -> NoiseKey {
        let bytes = [UInt8](try Files.read(noise))
        guard bytes.count == 32 else {
            throw DiskError(
                "read", noise, "a key of the noise has 32 bytes, and here are \(bytes.count)",
                exitCode: .corruptData)
        }
        return NoiseKey(bytes: bytes)
    }

    /// Writes the file so that at no time another user may open it, and has the disk hold it.
    private func write(_ key: NoiseKey) throws(DiskError) {
        let draft = noise + ".new"
        try Files.remove(draft)
        try Files.attempt("write", noise) {
            let isMade = FileManager.default.createFile(
                atPath: draft, contents: nil, attributes: [.posixPermissions: 0o600])
            guard isMade else { throw CocoaError(.fileWriteUnknown) }
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: draft))
            try handle.write(contentsOf: Data(key.bytes))
            try handle.synchronize()
            try handle.close()
            try FileManager.default.moveItem(atPath: draft, toPath: noise)
        }
        try Files.synchronize(directory: path)
    }
}

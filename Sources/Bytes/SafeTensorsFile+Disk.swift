import Foundation

extension SafeTensorsFile {
    /// Reads a file.
    ///
    /// - Throws: ``SafeTensorsError``, which names the file, where it holds something else;
    ///   `CocoaError` where it cannot be read.
    public init(contentsOf file: URL) throws {
        let bytes = [UInt8](try Data(contentsOf: file))
        do {
            try self.init(decoding: bytes)
        } catch {
            throw SafeTensorsError(error.message, file: file.path)
        }
    }

    /// Writes a file as a whole: under another name in the same directory, flushed to the disk,
    /// then renamed, so that no reader ever finds half of it. Whether the new name survives a power
    /// failure is the directory's matter, which the caller flushes where it counts.
    ///
    /// - Throws: `CocoaError` where the disk refuses.
    public func write(to file: URL) throws {
        try Data(encoded()).write(to: file, options: .atomic)
    }
}

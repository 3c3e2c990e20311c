import Bytes
import Foundation

/// The folder of one relay of a run. Its journal is needed only while its process lives.
public struct RelayDirectory: Hashable, Sendable {
    /// The folder.
    public let path: String

    /// The folder of a relay, which need not be there.
    public init(path: String) {
        self.path = path
    }

    /// The knowledge that it published and received.
    public var journal: String { "\(path)/journal" }
    private var life: String { "\(path)/life" }

    /// Creates the folder, if it is not there.
    ///
    /// - Throws: ``DiskError``.
    public func create() throws(DiskError) { try Files.createDirectory(path) }

    /// Removes the files of an earlier process of the relay, and counts this one.
    ///
    /// - Parameter least: the least number that this process may have.
    /// - Returns: the number of this process, from 1.
    /// - Throws: ``DiskError``.
    public func beginLife(atLeast least: Int) throws(DiskError) -> Int {
        let last = (try? Files.read(life)).flatMap { Int(String(decoding: $0, as: UTF8.self)) }
        let number = max(least, (last ?? 0) + 1)
        try Files.replace(life, with: Data("\(number)".utf8))
        try Files.remove(journal)
        return number
    }
}

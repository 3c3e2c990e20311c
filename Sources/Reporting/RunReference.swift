import Bytes
import Foundation

/// A run as people name it on a command line: its folder, a link to it such as
/// `runs/digits/latest`, or the folder of its experiment, `runs/digits`, for the newest run there.
public struct RunReference: Hashable, Sendable {
    /// The run directory, links resolved: `latest` may point at another run a moment later.
    public let run: RunDirectory

    /// Finds the run.
    ///
    /// - Throws: ``DiskError`` (66) where there is no run at that place.
    public init(_ path: String) throws(DiskError) {
        let url = URL(fileURLWithPath: path).resolvingSymlinksInPath()
        let named = RunDirectory(path: url.path)
        if named.isBegun {
            run = named
            return
        }
        let root = url.deletingLastPathComponent().path
        let runs = RunDirectory.all(in: root, name: url.lastPathComponent).map(\.run)
        guard let newest = runs.first(where: \.isBegun) else {
            throw DiskError(
                "read", path,
                "there is no run; name a run directory, such as runs/digits/latest, or the folder"
                    + " of an experiment that has runs, such as runs/digits",
                exitCode: .missingFile)
        }
        run = newest
    }
}

extension RunDirectory {
    /// Whether a run was begun in the folder.
    fileprivate var isBegun: Bool { FileManager.default.fileExists(atPath: configuration) }
}

import Bytes
import Foundation

/// A run as people name it on a command line: its folder, a link to it such as
/// `runs/digits/latest`, the folder of its experiment, `runs/digits`, for the newest run there, or
/// the name of the experiment alone, `digits`, where no such file is here.
public struct RunReference: Hashable, Sendable {
    /// The run directory, links resolved: `latest` may point at another run a moment later.
    public let run: RunDirectory

    /// Finds the run.
    ///
    /// - Parameter root: where the runs of an experiment lie that is named alone.
    /// - Throws: ``DiskError`` (66) where there is no run at that place.
    public init(_ path: String, in root: String = "runs") throws(DiskError) {
        let isHere = FileManager.default.fileExists(atPath: path) || path.hasPrefix("/")
        let places = [path] + (isHere ? [] : ["\(root)/\(path)"])
        guard let run = places.lazy.compactMap(Self.run).first else {
            throw DiskError(
                "read", path,
                "there is no run: \(Self.obstacle(path)); name a run directory, such as"
                    + " runs/digits/latest, or an experiment that has runs, such as runs/digits or"
                    + " digits", exitCode: .missingFile)
        }
        self.run = run
    }

    /// The run in a folder, or the newest of those of an experiment; nil where none is there.
    private static func run(at path: String) -> RunDirectory? {
        let place = URL(fileURLWithPath: path).resolvingSymlinksInPath()
        let named = RunDirectory(path: place.path)
        guard !named.isBegun else { return named }
        return RunDirectory.all(
            in: place.deletingLastPathComponent().path, name: place.lastPathComponent
        ).map(\.run).first(where: \.isBegun)
    }

    private static func obstacle(_ path: String) -> String {
        FileManager.default.fileExists(atPath: path)
            ? "what is there has neither a config.yaml nor runs in it" : "no such folder is here"
    }
}

extension RunDirectory {
    /// Whether a run was begun in the folder.
    fileprivate var isBegun: Bool { FileManager.default.fileExists(atPath: configuration) }
}

import Bytes
import Foundation

/// What a run needs of the disk on which its folder lies.
enum DiskCheck: HealthCheck {
    static let name = "disk"
    static let summary = "the run's disk: writing, locks, links, and space for what a run leaves"

    /// Logs and metrics of a learner.
    private static let logs = 16 << 20
    /// Files of a learner beside its checkpoints.
    private static let files = 64

    static func examine(_ here: Surroundings) throws -> [Examination.Finding] {
        let folder = existing(here.configuration?.runs ?? ".", here)
        try here.disk.write(into: folder)
        do { try here.disk.lock(in: folder) } catch {
            return [
                .failure(
                    "\(error), by a lock",
                    remedy: "name a folder on a disk with file locks by `runs`, or mount it with"
                        + " them", exitCode: .disk)
            ]
        }
        return [space(folder, here)] + links(folder, here)
    }

    /// The nearest folder above that is there already.
    private static func existing(_ path: String, _ here: Surroundings) -> String {
        var place = URL(fileURLWithPath: path)
        while !here.disk.isFolder(place.path), place.path != "/" { place.deleteLastPathComponent() }
        return place.path
    }

    private static func links(_ folder: String, _ here: Surroundings) -> [Examination.Finding] {
        do { try here.disk.link(in: folder) } catch {
            return [
                .warning(
                    "\(error)",
                    remedy: "a run goes on without `latest`; name its folder by its full name")
            ]
        }
        return []
    }

    private static func space(_ folder: String, _ here: Surroundings) -> Examination.Finding {
        guard let left = here.disk.space(of: folder) else {
            return .warning("its free space is not known", remedy: "see `df`")
        }
        let needs = here.needs ?? []
        let times = here.configuration?.comparesAlone == true ? 2 : 1
        let bytes = needs.reduce(0) { $0 + $1.disk + logs } * times
        let files = needs.reduce(0) { $0 + $1.files + Self.files } * times
        let value =
            "\(Size.words(left.bytes)) free in \(folder)"
            + (needs.isEmpty ? "" : "; a run leaves up to \(Size.words(bytes))")
        let remedy =
            "make room, name another folder by `runs`, or lower checkpoints.keep and"
            + " exchange.journal"
        if let nodes = left.files, nodes < max(files, 64) {
            return .failure(
                "\(value); \(nodes) files can be made, and \(max(files, 64)) are needed",
                remedy: "remove files there, or name another folder by `runs`", exitCode: .disk)
        }
        guard left.bytes < max(bytes, logs) else { return .ok(value) }
        return .failure(value, remedy: remedy, exitCode: .disk)
    }
}

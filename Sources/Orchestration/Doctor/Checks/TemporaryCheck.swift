import Bytes
import Reporting

/// The folder of sockets and other files that do not last.
enum TemporaryCheck: HealthCheck {
    static let name = "temporary"
    static let summary = "TMPDIR: whether sockets and files can be made there"

    private static let remedy =
        "name a folder that is there and can be written to, as by `export TMPDIR=/tmp`"

    static func examine(_ here: Surroundings) throws -> [Examination.Finding] {
        let named = here.environment["TMPDIR"] ?? ""
        let isLong = named.utf8.count > TemporaryFolder.longestParent
        let sockets = named.isEmpty || isLong ? here.usualTemporary : named
        var found = [try folder(sockets, here, for: isLong ? "sockets are made in " : "")]
        if isLong {
            found[0].state = max(found[0].state, .warning)
            found[0].value +=
                ", as TMPDIR has \(named.utf8.count) bytes and a socket's folder"
                + " \(TemporaryFolder.longestParent) at most"
            found[0].remedy = found[0].remedy ?? "name a shorter folder by TMPDIR"
            found.append(try folder(named, here, for: "other files are made in "))
        }
        return found
    }

    private static func folder(
        _ path: String, _ here: Surroundings, for purpose: String
    ) throws -> Examination.Finding {
        guard path.hasPrefix("/") else {
            return .failure(
                "\(purpose)\(path), which is no path from /", remedy: remedy, exitCode: .disk)
        }
        guard here.disk.isFolder(path) else {
            return .failure(
                "\(purpose)\(path), which is no folder", remedy: remedy, exitCode: .disk)
        }
        do { try here.disk.write(into: path) } catch {
            return .failure("\(error)", remedy: remedy, exitCode: ExitCode(of: error))
        }
        return .ok(purpose + path)
    }
}

import Foundation

extension OptionReader {
    /// A path; see ``HomePath``.
    public mutating func path(
        _ key: String, default fallback: String, help: String = ""
    ) -> String {
        HomePath.expanded(value(key, default: fallback, help: help))
    }

    /// As ``path(_:default:help:)``, nil where the key is not set.
    public mutating func optionalPath(_ key: String, help: String = "") -> String? {
        let path = optional(key, String.self, help: help)
        if path == "" {
            note(failure(key, "is empty; name a file, or leave the key out"), about: key)
            return nil
        }
        return path.map(HomePath.expanded)
    }
}

/// Home folders in paths, as shells write them.
public enum HomePath {
    /// A path whose leading `~` or `~USER` is replaced by the home folder of this user or of that
    /// one. A user that does not exist leaves the path as it is, as in a shell.
    public static func expanded(_ path: String) -> String {
        guard path.hasPrefix("~") else { return path }
        let user = path.dropFirst().prefix { $0 != "/" }
        guard let home = home(of: String(user)) else { return path }
        return home + path.dropFirst(1 + user.count)
    }

    /// - Parameter user: empty for this one, whose home is that of the environment where it has
    ///   one.
    private static func home(of user: String) -> String? {
        guard user.isEmpty else {
            return FileManager.default.homeDirectory(forUser: user)?.path
        }
        if let home = ProcessInfo.processInfo.environment["HOME"], !home.isEmpty { return home }
        return FileManager.default.homeDirectoryForCurrentUser.path
    }
}

/// A library that a program needs and its host lacks, as the dynamic loader reports it.
struct MissingLibrary: Equatable, Sendable {
    /// The library's file: `libjpeg.so.62`.
    let file: String

    /// Debian's packages of the libraries that are not copied beside the program.
    private static let packages = [
        "libzmq": "libzmq5", "libpng16": "libpng16-16", "libjpeg": "libjpeg62-turbo",
        "libz": "zlib1g", "libgcc_s": "libgcc-s1", "libstdc++": "libstdc++6",
    ]

    /// Reads what the loader of the GNU C library or of musl writes to standard error; nil where it
    /// reports no library.
    init?(errors: String) {
        if let found = errors.firstMatch(of: /error while loading shared libraries: ([^:\s]+):/) {
            file = String(found.1)
        } else if let found = errors.firstMatch(of: /Error loading shared library ([^:\s]+):/) {
            file = String(found.1)
        } else {
            return nil
        }
    }

    /// What to do about it.
    var remedy: String {
        let stem = file.prefix { $0 != "." }
        return Self.packages[String(stem)].map { "install Debian's \($0) there" }
            ?? "install it there, or copy this program with its libraries by --copy"
    }
}

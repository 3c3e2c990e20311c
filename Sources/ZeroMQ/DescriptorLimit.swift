import Bytes
import Glibc

/// How many files and sockets this process may have open.
public enum DescriptorLimit {
    /// For strangers that connect and are sent away: where the system has so many, they are there.
    private static let spare: rlim_t = 16_384

    /// Makes sure that this many more can be opened, and raises the soft limit as far as the hard
    /// one allows to leave room for strangers.
    ///
    /// Without any left libzmq's I/O thread spins on connections that it cannot accept.
    ///
    /// - Throws: ``TooFewDescriptors`` where the hard limit is too low.
    public static func require(_ more: Int) throws(TooFewDescriptors) {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        let needed = rlim_t(open + more)
        guard limit.rlim_max >= needed else {
            throw TooFewDescriptors(
                allowed: Int(clamping: limit.rlim_max), needed: Int(clamping: needed))
        }
        let wanted = min(needed + spare, limit.rlim_max)
        guard limit.rlim_cur < wanted else { return }
        limit.rlim_cur = wanted
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    /// How many there may be at most; nil where the system has no limit to report.
    public static var allowed: Int? {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            return nil
        }
        return Int(clamping: limit.rlim_max)
    }

    /// How many are open now.
    private static var open: Int {
        guard let directory = opendir("/proc/self/fd") else { return 0 }
        defer { closedir(directory) }
        var count = 0
        while readdir(directory) != nil { count += 1 }
        return count
    }
}

/// This host allows a process fewer open files than its sockets need.
public struct TooFewDescriptors: ExitCodeError, Hashable, CustomStringConvertible {
    /// What a process that ends by this error exits with.
    public var exitCode: ExitCode { .configuration }

    /// How many the system allows.
    public let allowed: Int
    /// How many are needed.
    public let needed: Int

    public var description: String {
        "this process may have \(allowed) files and sockets open and needs \(needed): raise the"
            + " limit, as by `ulimit -n \(needed)`"
    }
}

import Bytes
import Foundation

/// Whether a run goes on, as its directory tells.
public enum RunState: Hashable, Sendable {
    /// A process of this host works on it.
    case running
    /// It came to its end.
    case ended(Summary)
    /// It has no result, and no process of this host works on it: it was stopped, or it failed.
    /// Running the same command again resumes it.
    case interrupted
    /// It has no result, and the process that worked on it last was one of another host, of which
    /// this one does not know whether it lives.
    case elsewhere(host: String)
}

extension RunDirectory {
    /// Whether the run goes on.
    ///
    /// A summary that was written before the students were trained alone is not the end.
    public var state: RunState {
        if let summary = try? Summary.read(from: summary), summary.exitCode == .success {
            return .ended(summary)
        }
        let holders = holders
        if holders.contains(where: \.isAlive) { return .running }
        let elsewhere = holders.first { !$0.isOfThisHost }
        return elsewhere.map { .elsewhere(host: $0.host) } ?? .interrupted
    }

    /// The process of this host that works on the run; nil where none does.
    package var livingProcess: Int32? { holders.first(where: \.isAlive)?.process }

    private var holders: [LockHolder] { lockedFolders.compactMap(LockHolder.init(of:)) }

    /// The folders that a process locks which works on the run: its launcher, or its learners where
    /// each was started by itself.
    private var lockedFolders: [String] {
        [path]
            + [self, alone].flatMap { directory in
                directory.learnerNames.map { directory.learner($0).path }
            }
    }
}

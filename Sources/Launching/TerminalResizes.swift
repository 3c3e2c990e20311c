import Glibc
import Synchronization

/// The size of the terminal, which is asked for again whenever it changes, for as long as this
/// exists.
public struct TerminalResizes {
    /// The newest size, which can be read from anywhere.
    public final class Latest: Sendable {
        private let known: Mutex<(rows: Int, columns: Int)?>

        fileprivate init(_ size: (rows: Int, columns: Int)?) { known = Mutex(size) }

        /// Rows and columns; nil where there is no terminal, or its size is unknown.
        public var size: (rows: Int, columns: Int)? { known.withLock { $0 } }

        fileprivate func replace(by size: (rows: Int, columns: Int)) {
            known.withLock { $0 = size }
        }
    }

    /// The newest size.
    public let latest: Latest
    private let trap: SignalTrap

    /// Asks for the size.
    ///
    /// - Parameter changed: called after each change.
    public init(changed: @escaping @Sendable () -> Void = {}) async {
        let latest = Latest(await Terminal.size())
        self.latest = latest
        trap = SignalTrap([SIGWINCH]) { _ in
            Task {
                guard let size = await Terminal.size() else { return }
                latest.replace(by: size)
                changed()
            }
        }
    }
}

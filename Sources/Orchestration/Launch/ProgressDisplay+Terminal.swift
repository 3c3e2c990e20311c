import Bytes
import Foundation
import Launching
import Reporting
import Watching

extension ProgressDisplay {
    /// What suits standard error. Rows need the terminal's size before they are first drawn.
    ///
    /// - Parameters:
    ///   - learners: the order of the rows.
    ///   - parts: the part of the run in which each trains; the cohort's by default.
    package init(
        _ amount: ProgressAmount, learners: [String], in parts: [String: RunPart] = [:]
    ) {
        guard amount == .auto, Terminal.isAttached else {
            self = .lines(ProgressLines(amount))
            return
        }
        let style = TerminalStyle(environment: ProcessInfo.processInfo.environment)
        self = .rows(
            LiveRows(learners: learners, in: parts, size: TerminalSize(), style: style))
    }
}

extension TerminalSize {
    /// The size of the terminal of this process.
    package init(_ size: (rows: Int, columns: Int)) {
        self.init(rows: size.rows, columns: size.columns)
    }
}

/// Standard error as the place of progress, or a test's stand-in for it.
package struct ProgressTerminal: Sendable {
    private let output: LineOutput
    /// Why nothing that is written reaches anybody; nil where it does.
    let problem: String?

    /// Standard error.
    package init() {
        output = LineOutput(.standardError, named: "standard error")
        problem = StandardStreams.hasError ? nil : "standard error is closed"
    }

    /// Another output.
    package init(_ output: LineOutput) {
        self.output = output
        problem = nil
    }

    /// Writes a text as it is.
    package func write(_ text: String) throws(DiskError) { try output.write(text: text) }
}

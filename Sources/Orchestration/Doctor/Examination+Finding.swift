import Bytes

extension Examination {
    /// One thing that was found.
    package struct Finding: Codable, Hashable, Sendable {
        /// How serious it is.
        package enum State: String, Codable, Comparable, CaseIterable, Sendable {
            /// A cohort can run.
            case ok
            /// A cohort can run, and something is unwise.
            case warning
            /// A cohort cannot run.
            case failure

            package static func < (a: State, b: State) -> Bool { a.rank < b.rank }

            private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
        }

        /// The name of the check that found it.
        package var check: String
        /// How serious it is.
        package var state: State
        /// What was found, for people.
        package var value: String
        /// What to do about it; nil where nothing is to be done, or the value says it.
        package var remedy: String?
        /// What a process that ends by it exits with; 0 unless it is a failure.
        package var exitCode: ExitCode

        private enum CodingKeys: String, CodingKey {
            case check, state, value, remedy
            case exitCode = "exit_code"
        }

        /// The value and the remedy.
        package var message: String { value + (remedy.map { ": \($0)" } ?? "") }

        /// All is well.
        package static func ok(_ value: String, of check: String = "") -> Finding {
            Finding(check: check, state: .ok, value: value, remedy: nil, exitCode: .success)
        }

        /// Something is unwise.
        package static func warning(
            _ value: String, remedy: String, of check: String = ""
        ) -> Finding {
            Finding(check: check, state: .warning, value: value, remedy: remedy, exitCode: .success)
        }

        /// A cohort cannot run.
        ///
        /// - Parameter remedy: nil where the value says it.
        package static func failure(
            _ value: String, remedy: String? = nil, exitCode: ExitCode, of check: String = ""
        ) -> Finding {
            Finding(check: check, state: .failure, value: value, remedy: remedy, exitCode: exitCode)
        }
    }
}

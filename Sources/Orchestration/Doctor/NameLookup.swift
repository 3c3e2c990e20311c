import Foundation
import Subprocess

/// Asks for the addresses of names, and the names of addresses.
package protocol NameLookup: Sendable {
    /// The addresses of a name; empty where it has none, nil where no answer came in time.
    func addresses(of name: String) async -> [String]?
    /// The names of an address; empty where it has none, nil where no answer came in time.
    func names(of address: String) async -> [String]?
}

/// Asks as every program of this host does, by `getent`, which can be ended when name servers do
/// not answer.
package struct SystemLookup: NameLookup {
    /// How long an answer may take.
    private let patience: Duration

    /// - Parameter patience: how long an answer may take.
    package init(patience: Duration = .seconds(3)) { self.patience = patience }

    package func addresses(of name: String) async -> [String]? {
        let lines = await getent("ahosts", name)
        var seen: [String] = []
        for case let address? in (lines ?? []).map(\.first) where !seen.contains(address) {
            seen.append(address)
        }
        return lines.map { _ in seen }
    }

    package func names(of address: String) async -> [String]? {
        await getent("hosts", address).map { $0.flatMap { $0.dropFirst() } }
    }

    /// The words of each line.
    private func getent(_ database: String, _ key: String) async -> [[String]]? {
        await withTaskGroup(of: [[String]]?.self) { group in
            group.addTask {
                let result = try? await Subprocess.run(
                    .name("getent"), arguments: [database, "--", key], input: .none,
                    output: .string(limit: 1 << 16), error: .discarded)
                return result.map { result in
                    result.standardOutput.split(whereSeparator: \.isNewline).map {
                        $0.split(whereSeparator: \.isWhitespace).map(String.init)
                    }
                }
            }
            group.addTask {
                try? await Task.sleep(for: patience)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
    }
}

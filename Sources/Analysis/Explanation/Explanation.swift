import Reporting

/// What a run's records say about its teaching, in sentences.
public struct Explanation: Sendable {
    /// By kind, then in the order of the rules.
    public let findings: [Finding]
    private let state: String

    /// Explains a run by all rules.
    public init(_ report: RunReport, rules: [ExplanationRule] = ExplanationRules.all) {
        let found = rules.flatMap { $0.findings(in: report) }
        findings = Finding.Kind.allCases.flatMap { kind in found.filter { $0.kind == kind } }
        state = report.state
    }

    /// A paragraph for each kind, with advice below the findings that it is for.
    public var text: String {
        ([state + "\n"]
            + sections { title, findings in
                "\(title):\n"
                    + findings.map { finding in
                        "  \(finding.text)\n" + (finding.advice.map { "    → \($0)\n" } ?? "")
                    }.joined()
            }).joined(separator: "\n")
    }

    /// The same as Markdown, without the state of the run.
    var markdown: String {
        sections { title, findings in
            "**\(title)**\n\n"
                + findings.map { finding in
                    "- \(finding.text)" + (finding.advice.map { " *\($0)*" } ?? "") + "\n"
                }.joined()
        }.joined(separator: "\n")
    }

    /// The findings of each kind that has any, below its title; an advice that several in a row
    /// share stands with the last of them alone.
    public var paragraphs: [(title: String, findings: [Finding])] {
        Finding.Kind.allCases.compactMap { kind in
            let own = findings.filter { $0.kind == kind }
            return own.isEmpty ? nil : (kind.title, own.withAdviceOnce)
        }
    }

    /// All findings as one JSON array.
    public var json: String { JSONText.of(findings) }

    private func sections(_ write: (String, [Finding]) -> String) -> [String] {
        findings.isEmpty
            ? ["The records show nothing that a rule would remark on.\n"]
            : paragraphs.map { write($0.title, $0.findings) }
    }
}

extension Finding.Kind {
    var title: String {
        switch self {
        case .helped: "Helped"
        case .hurt: "Hurt, or may"
        case .starved: "Starved"
        case .late: "Came late"
        case .idle: "Changed little"
        case .note: "Besides"
        }
    }
}

extension [Finding] {
    /// The same with an advice that several in a row share below the last of them alone.
    fileprivate var withAdviceOnce: [Finding] {
        indices.map { index in
            var finding = self[index]
            if index + 1 < count, self[index + 1].advice == finding.advice { finding.advice = nil }
            return finding
        }
    }
}

import Analysis
import Bytes
import Dashboard
import Reporting

extension RunDirectory {
    /// The page of a run, with its test samples where they can be loaded here, and with what its
    /// records say.
    ///
    /// - Throws: ``DiskError``: 66 where there is no such run, 65 where it holds no records.
    public var reportPage: ReportPage {
        get throws(DiskError) {
            try ReportPage(
                self, samples: TestSamples.source(of: self), explanation: explanation)
        }
    }

    /// What its records say; nothing where a file is damaged, which the page survives.
    private var explanation: [PageParagraph] {
        guard let history = try? RunHistory(self) else { return [] }
        return Explanation(RunReport(history)).paragraphs.map { paragraph in
            PageParagraph(
                paragraph.title, paragraph.findings.map { .init($0.text, advice: $0.advice) })
        }
    }

    /// Writes the page of a run that has ended. A run has not failed where that fails.
    func writeReport(notice: (String) -> Void) {
        do throws(DiskError) {
            try reportPage.write(into: self)
        } catch {
            notice("warning: there is no \(report): \(error)")
        }
    }
}

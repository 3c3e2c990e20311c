import Bytes
import Dashboard
import Reporting

extension RunDirectory {
    /// Writes the page of a run that has ended. A run has not failed where that fails.
    func writeReport(notice: (String) -> Void) {
        do throws(DiskError) {
            try ReportPage.write(of: self, samples: TestSamples.source(of: self))
        } catch {
            notice("warning: there is no \(report): \(error)")
        }
    }
}

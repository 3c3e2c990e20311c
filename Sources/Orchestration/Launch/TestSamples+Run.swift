import Dashboard
import Experiment
import Reporting

extension TestSamples {
    /// Loads the test samples of a run by its own configuration, for pages of the run.
    public static func source(of run: RunDirectory) -> Source {
        {
            let samples = try ShownSamples(of: run)
            return TestSamples(
                classes: samples.classes, labels: samples.labels,
                arePictures: samples.arePictures
            ) { number in
                switch try samples.appearance(of: number) {
                case .picture(let png): .picture(png: png)
                case .text(let text): .text(text)
                }
            }
        }
    }
}

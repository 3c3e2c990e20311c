import Datasets
import Options

extension ExperimentConfiguration {
    /// The files and folders that some learners read data from: the cohort's, and their own.
    public func dataPaths(of learners: [String]) throws(SettingError) -> [String] {
        var paths = try DataOptions(data).paths
        for learner in self.learners where learners.contains(learner.name) {
            guard let section = learner.data else { continue }
            for path in try DataOptions(section).paths where !paths.contains(path) {
                paths.append(path)
            }
        }
        return paths
    }
}

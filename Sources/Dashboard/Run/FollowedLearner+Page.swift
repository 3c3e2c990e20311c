import Reporting

extension FollowedLearner {
    /// A word for programs, which no other learner of the run has: names hold no `/`.
    var key: String {
        switch part {
        case .cohort: name
        case .stage(let number): "stages/\(number)/\(name)"
        case .alone: "alone/\(name)"
        }
    }

    /// The part's name for the page: `cohort`, `stage` or `alone`.
    var partName: String {
        switch part {
        case .cohort: "cohort"
        case .stage: "stage"
        case .alone: "alone"
        }
    }
}

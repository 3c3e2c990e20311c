import Reporting

/// The scores of a run's learners at their last test, as tables.
struct ScoreTables {
    private let learners: [LearnerResult]

    init(_ report: RunReport) {
        learners = report.learners.filter { $0.scores != nil }
    }

    /// Both tables and a note as Markdown; none where nothing is known.
    var blocks: [String] {
        learners.isEmpty
            ? [] : [scores.markdown, Self.note, classes?.markdown].compactMap(\.self)
    }

    private static let note =
        "ECE: the expected calibration error, by how much the probability of an answer differs from"
        + " the share that is right. Mistaken: the most frequent mistakes, with their numbers."

    private var scores: DataTable {
        let ks = Set(learners.flatMap { ($0.scores?.top ?? [:]).keys }).sorted()
        return DataTable(
            header: ["learner", "ECE alone", "taught", "F1 alone", "taught"]
                + ks.flatMap { ["top-\($0) alone", "taught"] } + ["mistaken"],
            rows: learners.map { learner in
                let (own, alone) = (learner.scores, learner.aloneScores)
                return [
                    learner.name, percent(alone?.ece), percent(own?.ece), percent(alone?.f1),
                    percent(own?.f1),
                ] + ks.flatMap { [percent(alone?.top?[$0]), percent(own?.top?[$0])] }
                    + [own?.confusion.flatMap { MostConfused($0, count: 3).text } ?? "-"]
            }, wordColumns: 1)
    }

    /// A row for each class; nil where the learners tell too many.
    private var classes: DataTable? {
        let known = learners.compactMap { learner in
            learner.scores?.classAccuracies.map { (learner, $0) }
        }
        guard let count = known.map(\.1.count).max() else { return nil }
        return DataTable(
            header: ["class"]
                + known.flatMap { learner, _ in
                    learner.aloneScores == nil
                        ? [learner.name] : ["\(learner.name) alone", learner.name]
                },
            rows: (0..<count).map { place in
                ["\(place)"]
                    + known.flatMap { learner, accuracies in
                        let own = accuracies.indices.contains(place) ? accuracies[place] : nil
                        return learner.aloneScores == nil
                            ? [percent(own)]
                            : [percent(learner.aloneScores?.accuracy(of: place)), percent(own)]
                    }
            }, wordColumns: 1)
    }

    private func percent(_ share: Double?) -> String { share.map(Text.percent) ?? "-" }
}

extension ClassScores {
    /// The share of a class's samples that were named right; nil where it is not known.
    fileprivate func accuracy(of place: Int) -> Double? {
        guard let classAccuracies, classAccuracies.indices.contains(place) else { return nil }
        return classAccuracies[place]
    }
}

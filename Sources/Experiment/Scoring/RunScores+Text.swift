import Foundation
import NeuralNetwork
import Reporting
import Training

extension RunScores {
    /// A table of the scores of each learner, and of the ensemble where there are several.
    public var text: String {
        let columns = columns
        var rows = [["learner"] + columns.map(\.title)]
        for score in scores {
            rows.append(Self.row(score.name, score.evaluation, score.classes, columns))
            rows += score.parts.map { Self.row("\(score.name):\($0)", $1, nil, columns) }
        }
        rows += ensemble.map { [Self.row($0.name, $0.evaluation, $0.classes, columns)] } ?? []
        return TextTable(rows: rows, wordColumns: 1).text
    }

    /// A table of the accuracy on the samples of each class; nil where no accuracies of classes are
    /// known: of texts, and of more than ``ClassScores/mostClasses``.
    public var classText: String? {
        let known = (scores + [ensemble].compactMap(\.self)).compactMap { score in
            score.classes?.classAccuracies.map { (name: score.name, accuracies: $0) }
        }
        guard !known.isEmpty else { return nil }
        let rows = classes.enumerated().map { place, name in
            [name] + known.map { $0.accuracies[place].map(Text.percent) ?? "-" }
        }
        return TextTable(rows: [["class"] + known.map(\.name)] + rows, wordColumns: 1).text
    }

    /// A column of the table.
    private struct Column {
        var title: String
        var cell: (Evaluation, ClassScores?) -> String?
    }

    /// Those that some learner has a value of.
    private var columns: [Column] {
        let all = [
            Column(title: "accuracy") { found, _ in Text.percent(found.accuracy) },
            Column(title: "NLL") { found, _ in
                String(format: "%.4f", found.negativeLogLikelihood)
            },
            Column(title: "ECE") { _, scores in scores.map { Text.percent($0.ece) } },
            Column(title: "F1") { _, scores in scores.map { Text.percent($0.f1) } },
        ]
        let top = scores.first?.classes?.top?.keys.sorted() ?? []
        return
            (all
            + top.map { k in
                Column(title: "top-\(k)") { _, scores in scores?.top?[k].map(Text.percent) }
            } + [
                Column(title: "perplexity") { found, _ in
                    found.text.map { String(format: "%.3f", $0.perplexity) }
                },
                Column(title: "bits/byte") { found, _ in
                    found.text.map { String(format: "%.4f", $0.bitsPerByte) }
                },
            ]).filter { column in
                scores.contains { column.cell($0.evaluation, $0.classes) != nil }
            }
    }

    private static func row(
        _ name: String, _ evaluation: Evaluation, _ scores: ClassScores?, _ columns: [Column]
    ) -> [String] {
        [name] + columns.map { $0.cell(evaluation, scores) ?? "" }
    }
}

extension RunScores.Score {
    /// The early exits from the shallowest on and their mean, then the averages of the weights.
    var parts: [(name: String, evaluation: Evaluation)] {
        let exits = (exits + [ModelOutput.meanName]).compactMap { name in
            evaluation.exits?[name].map { (name, $0) }
        }
        let averages = (evaluation.averages ?? [:]).sorted { $0.key < $1.key }
        return exits + averages.map { ($0.key, $0.value) }
    }
}

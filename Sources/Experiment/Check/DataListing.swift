import Datasets
import Reporting

extension Assembler {
    /// The most classes that are listed by themselves.
    private static let mostListed = 20

    /// The shape of the samples, their normalization, and how many of each class there are.
    var dataListing: String {
        let view = samples.corpus.defaultView
        let size = view.train.shape.map(String.init).joined(separator: "×")
        let lines = ["\(dataSummary), each \(size)", normalizationLine].compactMap(\.self) + views
        return lines.map { "\($0)\n" }.joined() + classTable
            + samples.corpus.facts.map { "\($0)\n" }.joined() + taskListing + samplerListing
            + sampleListing
    }

    /// What pixels and features are normalized by; nil for tokens, which are not.
    private var normalizationLine: String? {
        let view = samples.corpus.defaultView
        if case .tokens = view.contents { return nil }
        let normalization = view.normalization
        return "normalized by mean \(Self.listed(normalization.mean)), deviation"
            + " \(Self.listed(normalization.std))"
            + (normalization.divisor == 1
                ? "" : ", after division by \(number(normalization.divisor))")
    }

    /// The other views, a line each.
    private var views: [String] {
        shownViews.sorted { $0.key < $1.key }.map { name, view in
            let size = view.train.shape.map(String.init).joined(separator: "×")
            let normalization = view.normalization
            return "view '\(name)': each \(size), mean \(Self.listed(normalization.mean)),"
                + " deviation \(Self.listed(normalization.std))"
        }
    }

    /// The views that the data set has of its own, and those of its images that learners see.
    private var shownViews: [String: SampleView] {
        let seen = Set(configuration.learners.compactMap(\.view))
        return seen.reduce(into: samples.corpus.views) { views, name in
            views[name] = views[name] ?? (try? samples.corpus.view(name))
        }
    }

    private static func listed(_ numbers: [Double]) -> String {
        let shown = numbers.prefix(4).map { number(($0 * 10_000).rounded() / 10_000) }
        return shown.joined(separator: ", ") + (numbers.count > 4 ? ", …" : "")
    }

    /// The samples of each class in every set; of many classes the fewest and the most.
    private var classTable: String {
        let sets = classCounts
        guard classes > Self.mostListed else {
            let rows = (0..<classes).map { label in
                [samples.corpus.classNames?[label] ?? "\(label)"]
                    + sets.map { "\($0.counts[label])" }
            }
            return TextTable(rows: [["class"] + sets.map(\.name)] + rows).text
        }
        return sets.map { set in
            "\(set.name): \(set.counts.min() ?? 0) to \(set.counts.max() ?? 0) samples of a class\n"
        }.joined()
    }

    /// How many samples of each class each set has.
    var classCounts: [(name: String, counts: [Int])] {
        let train = samples.corpus.train
        // Of sequences whose every position has a label, a class is a token.
        guard train.labelsPerSample == 1 else { return [] }
        let held = Set(samples.division.validation)
        let free = train.labels.indices.filter { !held.contains($0) }
        var sets = [("training", counts(free.map { train.labels[$0] }))]
        if !held.isEmpty { sets.append(("validation", counts(held.map { train.labels[$0] }))) }
        if let test = samples.corpus.test { sets.append(("test", counts(test.labels))) }
        guard samples.division.shared == nil else { return sets }
        for learner in configuration.learners where learner.learns {
            guard let own = samples.division.labelled[learner.name] else { continue }
            sets.append((learner.name, counts(own.map { train.labels[$0] })))
        }
        return sets
    }

    private func counts(_ labels: [Int]) -> [Int] {
        labels.reduce(into: [Int](repeating: 0, count: classes)) { $0[$1] += 1 }
    }

    /// Remarks on what is allowed of data and unlikely to be meant.
    func remarkOnData() {
        for set in classCounts { remark(on: set.counts, of: set.name) }
        if let training = classCounts.first { remarkOnFew(training.counts, of: training.name) }
        remarkOnGroups()
        let views = samples.corpus.views.map { ("view '\($0)'", $1) }.sorted { $0.0 < $1.0 }
        for (name, view) in [("data", samples.corpus.defaultView)] + views
        where view.contents == .image {
            if let doubt = Self.doubt(about: view.train.shape) { remarks.add("\(name): \(doubt)") }
        }
    }

    /// A class has nearly no samples where it has less than this share of the mean.
    private static let few = 0.05

    private func remarkOnFew(_ counts: [Int], of set: String) {
        let mean = Double(counts.reduce(0, +)) / Double(max(counts.count, 1))
        for (label, count) in counts.enumerated()
        where count > 0 && Double(count) < Self.few * mean {
            let name = samples.corpus.classNames?[label] ?? "\(label)"
            remarks.add(
                "data: class \(name) has \(count) \(set) sample\(count == 1 ? "" : "s"), where the"
                    + " mean is \(Int(mean.rounded())); add some, or leave the class out")
        }
    }

    private func remark(on counts: [Int], of set: String) {
        let empty = counts.indices.filter { counts[$0] == 0 }
        guard let first = empty.first, empty.count < counts.count else { return }
        let classes =
            empty.count == 1
            ? "class \(first) has"
            : "\(empty.count) of \(counts.count) classes, the first \(first), have"
        let isOffset = set == "training" && first == 0 && takesFirstLabel
        remarks.add(
            "data: \(classes) no \(set) sample"
                + (isOffset
                    ? "; where labels begin at \(counts.firstIndex { $0 > 0 } ?? 1), say so by"
                        + " data.options.first-label" : ""))
    }

    /// Whether the data set can be told where its labels begin.
    private var takesFirstLabel: Bool {
        DatasetSources.registry.options(of: samples.corpus.name).contains {
            $0.key == "first-label"
        }
    }

    /// Why a shape C×H×W is unlikely to be meant.
    static func doubt(about shape: [Int]) -> String? {
        let (channels, height, width) = (shape[0], shape[1], shape[2])
        let size = shape.map(String.init).joined(separator: "×")
        if channels > 4, [1, 3, 4].contains(width) {
            return "\(channels) channels of \(height)×\(width) are unlikely; channels stand before"
                + " height and width: is this \(channels)×\(height) with \(width) channels last?"
                + " Transpose to N×\(width)×\(channels)×\(height)"
        }
        if channels > 4 { return "\(size) means \(channels) channels; pictures have 1 to 4" }
        if height > 1, width < 4 || height < 4 {
            return "\(size) means pictures of \(height) rows and \(width) columns"
        }
        return nil
    }
}

import Analysis
import Charts
import Options
import Reporting
import Testing

/// Which differences between runs are larger than the noise. Numbers are SciPy 1.17.1's:
///
/// ```python
/// d = numpy.array([.9185, .9148, .9074]) - numpy.array([.863, .8685, .8389])
/// test = scipy.stats.ttest_1samp(d, 0)
/// print(d.mean(), d.std(ddof=1), test.confidence_interval(.95), test.pvalue)
/// ```
struct RunComparisonTests {
    private func near(_ one: Double?, _ other: Double) -> Bool {
        one.map { abs($0 - other) < 1e-9 } ?? false
    }

    @Test func gainsHaveTheIntervalsOfSciPy() throws {
        let group = Outcomes.group(taught: Outcomes.taught, alone: Outcomes.alone)
        let comparison = try RunComparison([group])
        let found = comparison.differences
        #expect(found.map(\.subject) == ["a", "b", "mean"])
        try #require(found.count == 3)
        #expect(near(found[0].sample.mean, 0.05676666666666663))
        #expect(near(found[0].sample.standardDeviation, 0.011154072499913854))
        #expect(near(found[0].interval?.range.lowerBound, 0.029058414530033348))
        #expect(near(found[0].interval?.range.upperBound, 0.08447491880329991))
        #expect(near(found[0].interval?.p, 0.01262619583837757))
        #expect(near(found[1].interval?.p, 0.7418011102528389))
        #expect(near(found[2].interval?.range.lowerBound, 0.01800302213657179))
        // Holm: 3 · the least, 2 · the next, 1 · the greatest.
        #expect(near(found[0].correctedP, 2 * 0.01262619583837757))
        #expect(near(found[1].correctedP, 0.7418011102528389))
        #expect(near(found[2].correctedP, 3 * 0.00642414482629785))
        #expect(found.map(\.verdict) == [.larger, .within, .larger])
    }

    @Test func correctedValuesNeverFallAndStayBelowOne() {
        #expect(HolmCorrection.corrected([0.5, 0.01, 0.02, 0.6]) == [1, 0.04, 0.06, 1])
        #expect(HolmCorrection.corrected([]) == [])
    }

    @Test func oneSeedHasNoInterval() throws {
        let group = Outcomes.group(taught: ["a": [0.9]], alone: ["a": [0.8]])
        let comparison = try RunComparison([group])
        #expect(comparison.differences.map(\.verdict) == [.oneSeed])
        let text = ComparisonFormats.all[0].text(comparison)
        #expect(text.contains("No difference can be told from noise yet."))
        #expect(text.contains("--seeds 3"))
        #expect(text.contains("a taught over alone     +10.00"), "\(text)")
    }

    /// Nothing to compare is a picture that says so.
    @Test func aChartWithoutDifferencesSaysSo() throws {
        let comparison = try RunComparison([Outcomes.group(taught: ["a": [0.9]])])
        #expect(comparison.chart.width > 0 && comparison.chart.height > 0)
        #expect(comparison.chart.svg().contains("no values to show"))
    }

    @Test func equalDifferencesAreNotTested() throws {
        let group = Outcomes.group(taught: ["a": [0.9, 0.8]], alone: ["a": [0.8, 0.7]])
        let found = try RunComparison([group]).differences
        #expect(found.map(\.verdict) == [.noSpread] && found.allSatisfy { $0.correctedP == nil })
    }

    /// Seeds that one group lacks do not count.
    @Test func settingsAreComparedAtTheSeedsThatBothHave() throws {
        let groups = [
            Outcomes.group(
                "r=1, seeds 1, 2, 3", settings: ["r=1"], taught: ["a": [0.5, 0.6, 0.7]]),
            Outcomes.group(
                "r=2, seeds 2, 3, 9", settings: ["r=2"], seeds: [2, 3, 9],
                taught: ["a": [0.7, 0.9, 0.1], "z": [0, 0, 0]]),
        ]
        let found = try RunComparison(groups).differences
        #expect(found.map(\.title) == ["a over r=1"])
        #expect(found.map(\.group) == ["r=2"])
        #expect(found.first?.sample.seeds == [2, 3])
        #expect(near(found.first?.sample.mean, 0.15))
    }

    /// Long settings would make a row that nobody can read.
    @Test func groupsOfLongSettingsHaveLetters() throws {
        let graphs = ["mutual", "edge"].map { kind in
            (1...4).map { "teaching.\($0).kind=\(kind) with all its options" }
        }
        let groups = graphs.map { settings in
            Outcomes.group("long", settings: settings, taught: ["a": [0.5, 0.6]])
        }
        let comparison = try RunComparison(groups)
        #expect(comparison.differences.map(\.title) == ["a over A"])
        #expect(comparison.differences.map(\.group) == ["B"])
        let text = ComparisonFormats.all[0].text(comparison)
        let lines = text.split(separator: "\n").map(String.init)
        #expect(lines.contains("B, seeds 1, 2"), "\(text)")
        #expect(lines.allSatisfy { $0.count < 140 }, "\(text)")
        let legend = lines.first { $0.hasPrefix("teaching.1.kind") }
        #expect(legend?.contains("mutual with") == true && legend?.contains("edge with") == true)
        // Programs are told all settings of each group.
        let format = ComparisonFormats.all.first { $0.name == "json" }
        #expect(format?.text(comparison).contains(graphs[1][3]) == true)
    }

    /// Asking for more figures, or for another comparison, makes no difference less sure.
    @Test func whatElseIsAskedForDoesNotChangeAVerdict() throws {
        let group = Outcomes.group(taught: Outcomes.taught, alone: Outcomes.alone)
        let few = try RunComparison([group]).differences.map(\.correctedP)
        let pair = try RunComparison.Rivals("a:b")
        let many = try RunComparison([group], figures: ["all"], rivals: [pair])
        let same = many.figures.first { $0.figure.name == "test_accuracy" }?.differences
            .filter { $0.kind == .gain }
        #expect(same?.map(\.correctedP) == few)
    }

    /// Means of other learners would differ by more than the setting.
    @Test func aMeanBetweenSettingsIsOverTheLearnersThatBothHave() throws {
        let three = ["a": [0.80, 0.82], "b": [0.70, 0.71], "c": [0.60, 0.66]]
        let four = ["a": [0.78, 0.81], "b": [0.69, 0.70], "c": [0.58, 0.64], "d": [0.5, 0.4]]
        func means(_ first: [String: [Double]], _ second: [String: [Double]]) throws -> [Difference]
        {
            let groups = [
                Outcomes.group("one", settings: ["s=1"], taught: first),
                Outcomes.group("two", settings: ["s=2"], taught: second),
            ]
            return try RunComparison(groups).differences.filter { $0.subject.hasPrefix("mean") }
        }
        let fewer = try means(three, four)
        #expect(fewer.map(\.title) == ["mean of 3 over s=1"])
        // (0.02 + 0.01 + 0.02) / 3 and (0.01 + 0.01 + 0.02) / 3, both downwards.
        #expect(near(fewer.first?.sample.values.first, -0.05 / 3))
        #expect(near(fewer.first?.sample.values.last, -0.04 / 3))
        let other = try means(four, three)
        #expect(other.map(\.title) == ["mean of 3 over s=1"])
        #expect(near(other.first?.sample.mean, 0.015))
        let same = try means(three, three.mapValues { $0.map { $0 + 0.1 } })
        #expect(same.map(\.title) == ["mean over s=1"] && near(same.first?.sample.mean, 0.1))
        // One learner is no mean.
        let single = try means(["a": [0.8], "b": [0.7]], ["a": [0.8], "x": [0.7]])
        #expect(single.isEmpty)
    }

    @Test func aLearnerIsComparedWithTheMeanOfOthers() throws {
        let group = Outcomes.group(taught: ["a": [0.9, 0.8], "b": [0.7, 0.6], "c": [0.5, 0.2]])
        let pair = try RunComparison.Rivals("a:b,c")
        let found = try RunComparison([group], rivals: [pair]).differences
        #expect(found.map(\.title) == ["a over the mean of b, c"])
        #expect(near(found.first?.sample.mean, 0.35))
        let absent = try RunComparison.Rivals("a:x")
        #expect(throws: SettingError.self) { try RunComparison([group], rivals: [absent]) }
        for text in ["a", "a:", ":b", "a:b:c"] {
            #expect(throws: SettingError.self) { try RunComparison.Rivals(text) }
        }
    }

    @Test func figuresAreChosenByName() throws {
        let group = Outcomes.group(taught: Outcomes.taught, alone: Outcomes.alone)
        let usual = try RunComparison([group]).figures.map(\.figure.name)
        #expect(usual == ["test_accuracy"])
        let all = try RunComparison([group], figures: ["all"]).figures.map(\.figure.name)
        #expect(all == ["test_accuracy", "test_nll", "train_accuracy"])
        let chosen = try RunComparison([group], figures: ["test_nll"])
        #expect(
            chosen.figures.first.map { near($0.tables[0].rows[0].taught?.values[0], 1.9185) }
                == true)
        let problem = #expect(throws: SettingError.self) {
            try RunComparison([group], figures: ["test_los"])
        }
        #expect("\(problem.map { "\($0)" } ?? "")".contains("test_accuracy, test_nll"))
    }

    /// Each difference is tested once: p-values are corrected for the number of tests.
    @Test func whatIsNamedTwiceCountsOnce() throws {
        var group = Outcomes.group(taught: Outcomes.taught, alone: Outcomes.alone)
        for index in group.runs.indices {
            let accuracies = ["exit1": 0.5 + 0.1 * Double(index), "mean": 0.6]
            group.runs[index].taught["a"]?.summary.exitAccuracies = accuracies
        }
        let once = try RunComparison([group], figures: ["test_accuracy"])
        let twice = try RunComparison([group], figures: ["test_accuracy", "test_accuracy"])
        #expect(once.differences.contains { $0.correctedP != nil })
        #expect(twice.differences == once.differences && twice.figures.count == 1)
        let exits = try RunComparison(
            [group], figures: ["exit_accuracies", "exit_accuracies.exit1", "test_accuracy"])
        #expect(
            exits.figures.map(\.figure.name) == [
                "exit_accuracies.exit1", "exit_accuracies.mean", "test_accuracy",
            ])
        let single = try RunComparison([group], rivals: [.init("a:b")])
        let pairs = try RunComparison(
            [group], rivals: [.init("a:b"), .init("a:b,b"), .init("a:b")])
        #expect(pairs.differences == single.differences && single.differences.count == 4)
        let three = Outcomes.group(taught: ["a": [0.9, 0.8], "b": [0.7, 0.6], "c": [0.5, 0.2]])
        let turned = try RunComparison([three], rivals: [.init("a:b,c"), .init("a:c,b")])
        #expect(turned.differences.count == 1)
    }

    @Test func theCSVAndTheJSONHoldTheSameNumbers() throws {
        let group = Outcomes.group(
            "x=1, seeds 1, 2, 3", taught: Outcomes.taught, alone: Outcomes.alone)
        let comparison = try RunComparison([group])
        let forms = Dictionary(
            uniqueKeysWithValues: ComparisonFormats.all.map { ($0.name, $0.text(comparison)) })
        let rows = (forms["csv"] ?? "").split(separator: "\r\n")
        // A header; a, b and the mean, alone and taught; three differences.
        #expect(rows.count == 10)
        #expect(
            rows.last.map { $0.hasPrefix(#"test_accuracy,share,"x=1, seeds 1, 2, 3",mean,"#) }
                == true)
        #expect(forms["json"]?.contains(#""verdict" : "larger""#) == true)
        #expect(forms["md"]?.contains("| a | mlp | 85.68% ± 1.57 | 91.36% ± 0.57 |") == true)
        #expect(forms["svg"]?.contains("+5.68, larger than noise") == true)
        #expect(forms["text"]?.contains("Larger than the noise: a taught over alone") == true)
    }

    /// Runs that were tested at other steps too are aligned at the steps that all have.
    @Test func curvesAreMeansOverSeeds() throws {
        let runs = [[0.5, 0.7], [0.6, 0.9, 1.0]].enumerated().map { number, accuracies in
            RunOutcome(
                seed: UInt64(number), taught: ["a": Outcomes.learner(accuracies)], alone: [:])
        }
        let comparison = try RunComparison([.init(title: "all", settings: [], runs: runs)])
        let chart = try #require(comparison.curves as? LineChart)
        #expect(chart.series.map(\.name) == ["a"])
        let points = try #require(chart.series.first?.points)
        #expect(points.map(\.x) == [10, 20])
        #expect(near(points[0].y, 0.55) && near(points[1].y, 0.8))
        let spread = 0.2 / 2.0.squareRoot()
        #expect(near(chart.series[0].band[1].upperBound, 0.8 + spread))
    }

    /// Of several groups a curve is the mean over learners: taught and alone over the same.
    @Test func curvesOfGroupsAreOverTheLearnersTrainedAlone() throws {
        func names(_ alone: [String: [Double]]) throws -> [String: Double] {
            let groups = ["one", "two"].map { name in
                Outcomes.group(name, taught: ["a": [0.5], "b": [0.7], "c": [0.9]], alone: alone)
            }
            let chart = try #require(try RunComparison(groups).curves as? LineChart)
            return Dictionary(
                uniqueKeysWithValues: chart.series.map { ($0.name, $0.points.first?.y ?? -1) })
        }
        let compared = try names(["a": [0.4], "b": [0.5]])
        #expect(near(compared["one"], 0.6) && near(compared["one, alone"], 0.45))
        let taught = try names([:])
        #expect(near(taught["two"], 0.7) && taught.count == 2)
    }
}

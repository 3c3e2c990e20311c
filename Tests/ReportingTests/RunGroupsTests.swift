import Reporting
import Testing

/// Which runs are averaged.
struct RunGroupsTests {
    private func titles(_ settings: [[String: String]]) -> [String] {
        let entries = settings.enumerated().map { index, settings in
            RunGroups.Entry(
                RunDirectory(path: "\(index)"),
                Summary(
                    run: "\(index)", name: "x", seed: UInt64(index), configurationDigest: "",
                    seconds: 1, learners: [:]), settings: settings)
        }
        return RunGroups(entries).groups.map(\.title)
    }

    private func all(_ key: String, _ value: String) -> [String: String] {
        ["learners.a.training.\(key)": value, "learners.b.training.\(key)": value]
    }

    @Test func runsThatDifferInTheirSeedsAreOneGroup() {
        #expect(titles([["seed": "0", "x": "1"], ["seed": "1", "x": "1"]]) == ["seeds 0, 1"])
    }

    @Test func whatAllLearnersHaveAlikeIsOneSetting() {
        #expect(
            titles([all("batch", "8"), all("batch", "16")])
                == ["training.batch=8, seed 0", "training.batch=16, seed 1"])
        let clipped = all("batch", "8").merging(all("clip", "1")) { own, _ in own }
        #expect(
            titles([all("batch", "8"), clipped])
                == ["training.clip=not set, seed 0", "training.clip=1, seed 1"])
    }

    /// The same value of one learner here and of another there is no setting of all.
    @Test func whatOneLearnerHasIsNoSettingOfAll() {
        let common = all("batch", "8")
        let found = titles(
            ["a", "b"].map { name in
                common.merging(["learners.\(name).training.clip": "1"]) { own, _ in own }
            })
        #expect(
            found == [
                "learners.a.training.clip=1, learners.b.training.clip=not set, seed 0",
                "learners.a.training.clip=not set, learners.b.training.clip=1, seed 1",
            ])
    }
}

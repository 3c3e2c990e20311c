import CohortGraph
import Options
import TestRegistries
import Testing

@Suite(.timeLimit(.minutes(1))) struct StagesTests {
    /// An edge that is live, `a>b`, or staged, `a>>b`.
    private func group(_ text: String) -> EdgeGroup {
        let isStaged = text.contains(">>")
        let names = text.split(separator: ">", omittingEmptySubsequences: true).map(String.init)
        return EdgeGroup(
            from: names[0].split(separator: ",").map(String.init), to: names[1],
            EdgeOptions.known(loss: "kd", isStaged: isStaged))
    }

    private func stages(
        _ learners: [Learner], _ edges: String...
    ) throws(SettingError) -> Stages {
        try Stages(of: TeachingGraph(learners: learners, groups: edges.map(group)))
    }

    @Test func withoutTeachingAllTrainAtOnce() throws {
        let stages = try stages(students("a", "b"))
        #expect(stages.count == 1)
        #expect((stages.number(of: "a"), stages.number(of: "b")) == (1, 1))
        #expect(stages.graph(of: 1).learners == students("a", "b"))
    }

    @Test func liveEdgesTieAndStagedOnesOrder() throws {
        let chain = try stages(students("s", "ta", "t"), "t>>ta", "ta>>s")
        #expect(["t", "ta", "s"].map(chain.number) == [1, 2, 3])
        let live = try stages(students("s", "ta", "t"), "t>ta", "ta>s")
        #expect(live.count == 1)
        let mixed = try stages(students("t", "a", "b", "c"), "t>>b", "a>b", "b>c", "c>a")
        #expect(["t", "a", "b", "c"].map(mixed.number) == [1, 2, 2, 2])
    }

    /// A learner waits for the longest of its paths, and its live peers with it.
    @Test func diamondsTakeTheLongestPath() throws {
        let learners = students("z", "s", "b", "a", "t")
        let stages = try stages(learners, "t>>a", "a>>b", "t>>s", "b>>s", "z>s")
        #expect(["t", "a", "b", "s", "z"].map(stages.number) == [1, 2, 3, 4, 4])
        #expect(stages.count == 4)
    }

    @Test func whoWasTrainedBeforeIsAFrozenTeacherLater() throws {
        let stages = try stages(students("t", "ta", "s"), "t>>ta", "t,ta>>s")
        #expect(stages.graph(of: 1).learners == students("t"))
        #expect(stages.graph(of: 1).groups.isEmpty)
        let second = stages.graph(of: 2)
        #expect(second.learners == teachers("t") + students("ta"))
        #expect(second.groups.map(\.to) == ["ta"])
        let third = stages.graph(of: 3)
        #expect(third.learners == teachers("t", "ta") + students("s"))
        #expect(third.groups.map(\.from) == [["t", "ta"]])
    }

    /// Teachers and recordings are there whenever they are needed, and never train.
    @Test func whoNeverLearnsIsOfNoStage() throws {
        let cohort = teachers("t") + [Learner(name: "r", isRecorded: true)] + students("a", "b")
        let stages = try stages(cohort, "t>>a", "r>a", "t>b", "a>>b")
        #expect(stages.number(of: "t") == nil && stages.number(of: "r") == nil)
        #expect((stages.number(of: "a"), stages.number(of: "b")) == (1, 2))
        #expect(stages.graph(of: 1).learners.map(\.name) == ["t", "r", "a"])
        #expect(stages.graph(of: 2).learners.map(\.name) == ["t", "a", "b"])
        #expect(stages.graph(of: 2)["t"]?.learns == false)
    }

    @Test func anEdgeToOneselfBindsNobody() throws {
        #expect(try stages(students("a", "b"), "a>a", "a>>b").count == 2)
    }

    @Test(arguments: [["a>>b", "b>>a"], ["a>>b", "b>c", "c>a"], ["a>>b", "a>b"]])
    func circlesAreRefused(edges: [String]) {
        let graph = TeachingGraph(learners: students("a", "b", "c"), groups: edges.map(group))
        let error = #expect(throws: SettingError.self) { try Stages(of: graph) }
        #expect(error?.message.contains("write `staged: true` on all") == true)
    }

    /// Chains as long as the cohort, in the least handy order, end.
    @Test(arguments: [1, 2, 17, 60])
    func longChainsAreOrdered(length: Int) throws {
        let names = (0..<length).map { "l\($0)" }
        let groups = zip(names, names.dropFirst()).map { group("\($0)>>\($1)") }
        let stages = try Stages(
            of: TeachingGraph(
                learners: names.reversed().map { Learner(name: $0) }, groups: groups.reversed()))
        #expect(names.map(stages.number) == (1...length).map { $0 })
    }

    /// Live edges carry a stage back as well as forth.
    @Test func longLiveChainsMoveTogether() throws {
        let names = (0..<40).map { "l\($0)" }
        let live = zip(names, names.dropFirst()).map { group("\($0)>\($1)") }
        let graph = TeachingGraph(
            learners: (names + ["t"]).map { Learner(name: $0) },
            groups: live + [group("t>>l39"), group("t>>l20")])
        #expect(try names.map(Stages(of: graph).number) == names.map { _ in 2 })
    }
}

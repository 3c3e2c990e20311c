import CohortGraph
import Options
import Testing

/// The preset that has a generator make the samples.
@Suite(.timeLimit(.minutes(1))) struct DataFreeTests {
    private static let cohort =
        teachers("t") + students("a", "b") + [Learner(name: "g", role: .generator)]

    private func groups(_ extra: [(key: String, value: Written)]) throws -> [EdgeGroup] {
        let names: [(key: String, value: Written)] = [
            ("generator", "g"), ("teacher", "t"), ("to", ["a", "b"]),
        ]
        return try CohortGraphTests.groups(
            "data-free", .map(names + extra), among: Self.cohort)
    }

    /// DAFL looks at the teacher alone, and all learn at each step.
    @Test func certainSamplesNeedTheTeacherAlone() throws {
        let groups = try groups([("method", ["kind": "dafl", "information": "20"])])
        #expect(groups.map(\.to) == ["a", "b", "g", "g", "g"])
        #expect(groups.allSatisfy { $0.from == ["t"] && $0.edge.inputs == .made })
        #expect(
            groups.suffix(3).map(\.edge.loss.name) == ["one-hot", "information", "activation"])
        #expect(groups.suffix(3).map(\.edge.weight) == [1, 20, 0.1])
        #expect(groups.suffix(3).allSatisfy { $0.edge.lossTraits.contains(.guides) })
        #expect(groups[4].edge.taps.from == ["features"])
        #expect(groups.allSatisfy { $0.edge.schedule.turn == nil })
    }

    /// A teacher that learns first is of a stage before those that compare themselves with it.
    @Test func aStagedTeacherIsTrainedFirst() throws {
        let cohort =
            students("t", "a", "b") + [Learner(name: "g", role: .generator)]
        let names: [(key: String, value: Written)] = [
            ("generator", "g"), ("teacher", "t"), ("to", ["a", "b"]), ("method", "zskt"),
        ]
        func stages(_ extra: [(key: String, value: Written)]) throws -> Stages {
            let groups = try CohortGraphTests.groups(
                "data-free", .map(names + extra), among: cohort)
            return try Stages(of: TeachingGraph(learners: cohort, groups: groups))
        }
        let staged = try stages([("staged", "true")])
        #expect(["t", "g", "a", "b"].map(staged.number) == [1, 2, 2, 2])
        #expect(staged.graph(of: 2).hasNoSamples("t"))
        #expect(!staged.graph(of: 1).hasNoSamples("t"))
        #expect(try stages([]).count == 1)
    }

    /// ZSKT's generator goes first, and all steps of a cycle have the same random numbers.
    @Test func theGeneratorTakesTurnsWithTheStudents() throws {
        let groups = try groups([("method", ["kind": "zskt", "student-steps": "3"])])
        #expect(groups.map(\.from) == [["t"], ["t"], ["t", "a", "b"]])
        let (students, generator) = (groups[0].edge.schedule, groups[2].edge.schedule)
        func steps(_ schedule: WeightSchedule) -> [Int] {
            (0..<8).filter { schedule.factor(at: $0, stepsPerEpoch: 5, of: 100) > 0 }
        }
        #expect(steps(generator) == [0, 4])
        #expect(steps(students) == [1, 2, 3, 5, 6, 7])
        #expect(generator.turn?.repeatsSamples == true)
        #expect(students.share == 0.75 && students.summary == "steps 2 to 4 of every 4")
        #expect(generator.summary == "step 1 of every 4")
    }

    @Test(arguments: [
        ("loss", "dkd", "is 'made', of samples without labels and numbers"),
        ("gate", "correct", "is 'made', of samples without labels and numbers"),
        ("missing", "drop", "is 'made', of samples that nobody sees again"),
        ("inputs", "order", "is 'order', and a generator makes them here"),
        ("method", "dflt", "unknown method 'dflt'"),
    ])
    func whatMadeSamplesLackIsRefused(key: String, value: String, message: String) throws {
        let error = #expect(throws: SettingError.self) {
            _ = try groups([(key, .text(value))])
        }
        #expect(error?.description.contains(message) == true, "\(String(describing: error))")
    }

    @Test func theGeneratorMustBeOne() throws {
        let error = #expect(throws: SettingError.self) {
            _ = try CohortGraphTests.groups(
                "data-free", ["generator": "b", "teacher": "t", "to": "a"], among: Self.cohort)
        }
        #expect(error?.description.contains("learner 'b' is no generator") == true)
        let twice = #expect(throws: SettingError.self) {
            _ = try CohortGraphTests.groups(
                "data-free", ["generator": "g", "teacher": "a", "to": "a"], among: Self.cohort)
        }
        #expect(twice?.description.contains("named in two parts") == true)
    }
}

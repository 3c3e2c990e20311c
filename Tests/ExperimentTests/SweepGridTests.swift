import Experiment
import Options
import Testing

@Suite(.timeLimit(.minutes(1)))
struct SweepGridTests {
    @Test func everyCombinationStandsOnce() throws {
        let grid = try SweepGrid(["a.b=1,2", "steps=5", "c=x,y,z"])
        #expect(grid.count == 6)
        #expect(
            grid.combinations == [
                ["1", "x"], ["1", "y"], ["1", "z"], ["2", "x"], ["2", "y"], ["2", "z"],
            ])
        #expect(grid.overrides(of: ["2", "x"]) == ["steps=5", "a.b=2", "c=x"])
    }

    @Test(arguments: [
        ("a=[1, 2],[3]", ["[1, 2]", "[3]"]),
        ("a={k: 1, l: [2, 3]},{k: 2}", ["{k: 1, l: [2, 3]}", "{k: 2}"]),
        ("a='x,y',\"u,[\",z", ["'x,y'", "\"u,[\"", "z"]),
        ("a=p=1,q", ["p=1", "q"]),
    ])
    func commasWithinAValueDoNotDivideIt(word: String, values: [String]) throws {
        #expect(try SweepGrid([word]).axes.map(\.values) == [values])
    }

    @Test func allMistakesAreNamedTogether() throws {
        let error = #expect(throws: SettingError.self) {
            try SweepGrid(["training.batch", "a=1,1", "b=1,2", "b=3,4", "c=5", "c=6,7"])
        }
        let text = try #require(error?.description)
        #expect(text.contains("training.batch: write a setting as path.to.key=value,value"))
        #expect(text.contains("a=1,1: the value '1' stands twice"))
        #expect(text.contains("b=3,4: b has values already"))
        #expect(text.contains("c=6,7: c has values already"))
    }

    @Test(arguments: [[], ["training.steps=20"], ["a=[1, 2]"]])
    func nothingToSweepIsRefused(words: [String]) {
        let error = #expect(throws: SettingError.self) { try SweepGrid(words) }
        #expect(error?.description.contains("a setting with several values") == true)
    }
}

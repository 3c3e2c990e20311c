import Experiment
import Options
import Testing

/// Learners that take different views of the same samples.
@Suite(.timeLimit(.minutes(1))) struct ViewTests {
    private static let text = """
        training: {steps: 5}
        learners:
          a: {model: mlp, view: infrared}
          b: {model: mlp}
        """

    @Test func aViewIsReadBackFromTheFullForm() throws {
        let read = try configuration(Self.text)
        #expect(read["a"]?.view == "infrared" && read["b"]?.view == nil)
        #expect(try configuration(read.resolvedYAML()) == read)
    }

    @Test func theDigestCoversTheView() throws {
        let digests = try [[], ["learners.a.view=depth"], ["learners.b.view=infrared"]].map {
            try configuration(Self.text, overrides: $0).digest
        }
        #expect(Set(digests).count == 3)
    }

    @Test(arguments: [
        (
            "learners: {a: {model: mlp},\n b: {model: mlp,\n view: infrered}}",
            "f:4: learner 'b': the data set 'digits' has no view 'infrered': did you mean"
                + " 'infrared'? known: depth, infrared"
        ),
        (
            "learners: {a: {model: mlp, view: ''}}",
            "f:2: learner 'a': the data set 'digits' has no view '': known: depth, infrared"
        ),
    ])
    func anUnknownViewIsRefusedAtItsPlace(_ learners: String, _ message: String) {
        let error = #expect(throws: SettingError.self) {
            try configuration("training: {steps: 5}\n" + learners)
        }
        #expect(error?.description == message)
    }

    /// Texts have the default view alone, and images those that are computed from it.
    @Test(arguments: [
        (
            "digits",
            "did you mean 'bottom'? known: bottom, chroma, edges, even-rows, grey, left, odd-rows,"
                + " right, top"
        ),
        (
            "wordnet",
            "it has the default view alone; leave `view` out, or add data.options.views"
        ),
    ])
    func dataWithoutSuchAViewSayWhatTheyHave(set: String, remedy: String) {
        let error = #expect(throws: SettingError.self) {
            try ExperimentConfiguration(
                text: Self.text.replacing("infrared", with: "botom"), file: "f", name: "f",
                overrides: ["data.set=\(set)"], registries: .all)
        }
        #expect(
            error?.description
                == "f:3: learner 'a': the data set '\(set)' has no view 'botom': \(remedy)")
    }
}

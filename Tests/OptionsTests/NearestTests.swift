import Options
import Testing

@Suite(.timeLimit(.minutes(1))) struct NearestTests {
    @Test(arguments: [
        ("momentun", ["rate", "momentum"], "did you mean 'momentum'? known: rate, momentum"),
        ("x", ["a", "b"], "known: a, b"),
        ("lr", ["rate", "decay"], "known: rate, decay"),
        (
            "temprature", ["weight", "temperature"],
            "did you mean 'temperature'? known: weight, temperature"
        ),
        ("a", [], "none is known"),
        ("", ["a"], "known: a"),
    ])
    func suggestsWhatIsNear(word: String, known: [String], hint: String) {
        #expect(nearest(to: word, among: known) == hint)
    }
}

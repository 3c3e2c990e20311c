import NeuralNetwork
import Testing

@Suite(.timeLimit(.minutes(1))) struct SequenceArchitectureTests {
    @Test(arguments: [TextCNN(), Transformer()] as [any SequenceArchitecture])
    func theDataDetermineTheTokens(_ model: any SequenceArchitecture) {
        #expect(model.vocabulary == Vocabulary(count: 256))
        let data = Vocabulary(count: 30, padding: 29)
        #expect(model.reading(data).vocabulary == data)
        var own = model
        own.tokens = 40
        #expect(own.reading(data).vocabulary == Vocabulary(count: 40, padding: 29))
    }

    /// So that whoever assembles the model can refuse it by reason.
    @Test(arguments: [TextCNN(tokens: 20), Transformer(tokens: 20)] as [any SequenceArchitecture])
    func fewerTokensThanTheDataHaveDoNotIncludeTheirPadding(_ model: any SequenceArchitecture) {
        let few = model.reading(Vocabulary(count: 30, padding: 29))
        #expect(few.vocabulary == Vocabulary(count: 20))
    }
}

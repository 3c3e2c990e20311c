import Bytes
import NeuralNetwork
import Options
import Testing

@Suite(.timeLimit(.minutes(1)))
struct GPTTests {
    private func model(_ positions: GPT.Positions, length: Int = 12) throws -> Model {
        try Model(
            GPT(
                dimension: 16, layers: 2, heads: 2, positions: positions,
                isTied: positions == .learned, tokens: 9),
            input: [1, 1, length], classes: 9)
    }

    private func parameters(_ model: Model) -> Parameters {
        var parameters = model.initialParameters(key: RandomKey(seed: 1))
        // Initial weights are so small that all tokens are about equally probable.
        parameters.update { $0 = (Variable($0) * 8).value }
        return parameters
    }

    private func logits(_ model: Model, _ parameters: Parameters, _ tokens: [Int]) -> Tensor {
        let pass = ForwardPass(
            .evaluation, parameters: parameters, buffers: model.initialBuffers,
            key: RandomKey(seed: 0))
        return model.network(
            Variable(Tensor(shape: [1, 1, 1, tokens.count], values: tokens.map { Float($0) })), pass
        ).value
    }

    /// What stands at a position has no influence on the answers before it.
    @Test(arguments: GPT.Positions.allCases)
    func noAnswerDependsOnLaterTokens(positions: GPT.Positions) throws {
        let model = try model(positions)
        let parameters = parameters(model)
        let tokens = [3, 1, 4, 1, 5, 2, 6, 5, 3, 5, 8, 7]
        let whole = logits(model, parameters, tokens)
        for place in 1..<12 {
            var other = tokens
            other[place] = (other[place] + 1) % 9
            let changed = logits(model, parameters, other)
            #expect(changed.rows(0..<place).values == whole.rows(0..<place).values)
            #expect(
                changed.rows(place..<place + 1).values != whole.rows(place..<place + 1).values)
        }
    }

    /// With a cache each token is the most probable one of a whole pass over all before it.
    @Test(arguments: GPT.Positions.allCases)
    func writingByCacheIsAsByWholePasses(positions: GPT.Positions) throws {
        let model = try model(positions)
        let parameters = parameters(model)
        let prompts = [[3, 1, 4], [1, 5, 2]]
        let written = model.continuations(
            of: prompts, by: 9, parameters, model.initialBuffers, choice: .greedy,
            key: RandomKey(seed: 3))
        for (prompt, rest) in zip(prompts, written) {
            var tokens = prompt
            for token in rest {
                #expect(token == logits(model, parameters, tokens).argmax.last)
                tokens.append(token)
            }
        }
        #expect(Set(written.joined()).count > 1)
    }

    /// Beyond its positions the model sees the newer half.
    @Test func textsMayBeLongerThanThePositions() throws {
        let model = try model(.learned)
        let parameters = parameters(model)
        let written = model.continuations(
            of: [[3, 1, 4, 1]], by: 20, parameters, model.initialBuffers, choice: .greedy,
            key: RandomKey(seed: 3))[0]
        let all = [3, 1, 4, 1] + written
        // The twelve positions are full behind the ninth token that it wrote.
        #expect(all[13] == logits(model, parameters, Array(all[7..<13])).argmax.last)
        #expect(written.count == 20)
    }

    @Test func theSameKeyWritesTheSame() throws {
        let model = try model(.rotary)
        let parameters = parameters(model)
        func written(seed: UInt64, _ choice: TokenChoice) -> [[Int]] {
            model.continuations(
                of: [[1], [1]], by: 11, parameters, model.initialBuffers, choice: choice,
                key: RandomKey(seed: seed))
        }
        let plain = TokenChoice(temperature: 1.5)
        #expect(written(seed: 1, plain) == written(seed: 1, plain))
        #expect(written(seed: 1, plain) != written(seed: 2, plain))
        #expect(written(seed: 1, plain)[0] != written(seed: 1, plain)[1])
        let likeliest = written(seed: 1, TokenChoice(temperature: 5, most: 1))
        #expect(likeliest == written(seed: 2, .greedy))
    }

    @Test func moreTokensThanClassesNeedALastLayer() throws {
        #expect(throws: SettingError.self) {
            try Model(GPT(tokens: 9), input: [1, 1, 4], classes: 5)
        }
        let model = try Model(GPT(isTied: false, tokens: 9), input: [1, 1, 4], classes: 5)
        #expect(model.rowsPerSample == 4)
    }
}

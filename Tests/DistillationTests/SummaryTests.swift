import CohortGraph
import Distillation
import NeuralNetwork
import Testing

/// What activations are summarised to, and what is refused.
@Suite(.timeLimit(.minutes(1)))
struct SummaryTests {
    private func shape(_ summary: Summary, _ shapes: [[Int]]) -> [Int] {
        summary(shapes.enumerated().map { Variable(normal($0.element, UInt64($0.offset))) }).shape
    }

    @Test func shapesAreThoseThatTravel() {
        let image = [6, 4, 5, 5]
        #expect(shape(.logits, [[6, 10]]) == [6, 10])
        #expect(shape(.map, [image]) == image)
        #expect(shape(.map, [[6, 9]]) == [6, 9, 1, 1])
        #expect(shape(.attention, [image]) == [6, 5, 5])
        #expect(shape(.embedding, [image]) == [6, 4])
        #expect(shape(.embedding, [[6, 9]]) == [6, 9])
        for summary in [Summary.similarity, .distances, .affinity, .squaredDistances] {
            #expect(shape(summary, [image]) == [6, 6])
            #expect(shape(summary, [[6, 9]]) == [6, 6])
        }
        #expect(shape(.singularVectors, [image, [6, 9]]) == [6, 16 + 36])
        #expect(shape(.means, [image, [6, 9]]) == [6, 4 + 9])
        #expect(shape(.firsts, [image, [6, 9]]) == [6, 4 + 9])
        #expect(shape(.transformation, [image, [6, 4, 2, 3]]) == [6, 1])
        #expect(shape(.transformation, [[6, 9], [6, 9]]) == [6, 1])
        #expect(shape(.flow, [image, [6, 3, 5, 5]]) == [6, 4, 3])
        #expect(shape(.flow, [[6, 4, 10, 10], [6, 3, 5, 5]]) == [6, 4, 3])
        #expect(shape(.maxFlow, [[6, 4, 5, 5], [6, 3, 10, 10]]) == [6, 4, 3])
    }

    @Test(arguments: Summary.allCases)
    func saysWhyActivationsDoNotServe(_ summary: Summary) {
        guard !summary.isOfLayers, summary != .samples else {
            return #expect(summary.objection(to: [[2, 8]])?.contains("no activations") == true)
        }
        let taps = summary == .logits ? 1 : summary.tapCount
        func objection(_ shape: [Int]) -> String? {
            summary.objection(to: Array(repeating: shape, count: taps))
        }
        #expect(objection([2, 4, 3]) != nil)
        #expect(summary.objection(to: []) != nil)
        let needsImages: [Summary] = [.attention, .flow, .maxFlow]
        #expect((objection([2, 8]) == nil) == !needsImages.contains(summary))
        #expect((objection([2, 8, 4, 4]) == nil) == (summary != .logits))
    }

    @Test func theFirstPositionIsTheFirstPixelOfEachChannel() {
        let images = Tensor(shape: [2, 2, 3, 1], values: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
        let rows = Tensor(shape: [2, 1], values: [-1, -2])
        let found = Summary.firsts([Variable(images), Variable(rows)]).value.values
        #expect(found == [1, 4, -1, 7, 10, -2])
    }

    @Test func flowTakesImagesOfWhichOneIsAMultipleOfTheOther() {
        #expect(Summary.flow.objection(to: [[2, 4, 8, 8], [2, 8, 4, 4]]) == nil)
        #expect(Summary.flow.objection(to: [[2, 4, 4, 4], [2, 8, 8, 8]]) == nil)
        #expect(Summary.flow.objection(to: [[2, 4, 8, 8], [2, 8, 3, 3]]) != nil)
    }

    @Test func transformationTakesTwoPlacesOfOneWidth() {
        #expect(Summary.transformation.objection(to: [[2, 4, 8, 8], [2, 4, 3, 3]]) == nil)
        #expect(Summary.transformation.objection(to: [[2, 4], [2, 4, 3, 3]]) == nil)
        let objection = Summary.transformation.objection(to: [[2, 4, 8, 8], [2, 8, 4, 4]])
        #expect(objection?.contains("not 4×8×8 and 8×4×4") == true)
        #expect(objection?.contains("layer1.0 and layer1") == true)
    }

    @Test func relationsTeachAcrossAnyActivations() {
        #expect(Summary.allCases.filter { $0.kind == .relation }.count == 6)
        #expect(Summary.logits.kind == .response && Summary.logits.tapCount == 0)
        #expect(Summary.flow.kind == .feature && Summary.maxFlow.kind == .feature)
    }

    /// Rows of zeros are no relation and get no gradient, which would have no bound.
    @Test func deadSamplesPassNoGradient() throws {
        let values = normal([4, 3], 1).values.enumerated().map { $0.offset < 3 ? 0 : $0.element }
        for summary in [Summary.similarity, .affinity] {
            let tape = Tape()
            let x = tape.leaf(Tensor(shape: [4, 3], values: values))
            tape.backward(from: (summary([x]) * Variable(normal([4, 4], 2))).sum())
            let gradient = try #require(x.gradient)
            #expect(gradient.sumOfSquares < 100)
        }
    }
}

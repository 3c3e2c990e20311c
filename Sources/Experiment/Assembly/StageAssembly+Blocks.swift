import CohortGraph
import NeuralNetwork
import Options
import Training

/// Learners that learn a block of a student.
extension StageAssembly {
    /// What a block imitates; nil for learners of other kinds.
    func block(_ name: String) throws -> BlockTerm? {
        guard let index = graph.numbers(into: name).first, case .imitates = losses[index] else {
            return nil
        }
        let group = graph.groups[index]
        let places = try assembler.places(group.edge.taps.from, of: group.from[0])
        return BlockTerm(
            group, name: title(of: group, beside: []), offer: offers[index],
            shapes: places.map(\.shape))
    }
}

extension Assembler {
    /// The layers of a learner that is a block: from the teacher's map, or images, to its next map.
    ///
    /// - Throws: ``SettingError`` where the block does not fit between the places of the teacher.
    func block(of learner: LearnerOptions) throws(SettingError) -> Model? {
        guard let named = learner.model,
            let group = configuration.graph.groups(into: learner.name).first
        else { return nil }
        guard
            let net = try Models.make(named.name, options: named.options) as? SearchedNet,
            let block = net.blocks.first, net.blocks.count == 1
        else {
            throw SettingError(
                "learner '\(learner.name)' is a block; name the model '\(SearchedNet.name)' with one"
                    + " block, as in `options: {blocks: [\"16/1 conv3|sep5\"]}`")
        }
        let taps = group.edge.taps.from
        let places = try places(taps, of: group.from[0])
        let isFirst = places.count == 1
        let model: Model
        do throws(SettingError) {
            model = try Model(
                SearchedNet.Alone(block, hasStem: isFirst, isAffine: net.isAffine),
                input: isFirst ? shape(of: learner) : places[0].shape, classes: classes)
        } catch {
            throw error.prefixed("learner '\(learner.name)': ")
        }
        let (output, target) = (model.taps[SearchedNet.outputTap], places[places.count - 1])
        func extents(_ shape: [Int]?) -> String {
            (shape ?? []).map(String.init).joined(separator: "×")
        }
        guard output == target.shape, target.function == .relu else {
            throw SettingError(
                "learner '\(learner.name)': the block yields \(extents(output)) after a ReLU, and the"
                    + " teacher's '\(taps[taps.count - 1])' is \(extents(target.shape))"
                    + (target.function == .relu ? "" : " without one")
                    + "; give the block the teacher's channels and stride, or name another tap")
        }
        return model
    }
}

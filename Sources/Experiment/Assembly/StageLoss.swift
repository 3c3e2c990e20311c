import CohortGraph
import Distillation
import Options

/// The loss of an edge group: one that draws a learner to its teachers, one that a generator
/// minimises by what they show of its samples, or that of a block.
enum StageLoss: Sendable {
    case draws(any DistillationLoss)
    case guides(any GeneratorLoss)
    /// The mean square between a block's output and a map of its teacher.
    case imitates

    /// What the teachers publish.
    var summary: Summary {
        switch self {
        case .draws(let loss): loss.summary
        case .guides(let loss): loss.summary
        case .imitates: .maps
        }
    }
}

extension Assembler {
    /// The loss of a group.
    ///
    /// - Throws: ``SettingError`` where a learner has no model or no such place, and where a
    ///   generator's loss compares another number of nodes.
    func stageLoss(of group: EdgeGroup) throws(SettingError) -> StageLoss {
        if group.edge.lossTraits.contains(.imitatesStage) { return .imitates }
        guard group.edge.lossTraits.contains(.guides) else { return .draws(try loss(of: group)) }
        let loss = try GeneratorLosses.registry.make(
            group.edge.loss.name, options: group.edge.loss.options)
        guard loss.nodes.contains(group.from.count) else {
            throw SettingError(
                "it looks at \(loss.nodes.lowerBound) nodes"
                    + (loss.nodes.count > 1 ? " or more" : "") + ", not at \(group.from.count)")
        }
        return .guides(loss)
    }
}

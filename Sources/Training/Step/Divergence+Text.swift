import CohortGraph
import Foundation
import Options

extension Divergence: CustomStringConvertible {
    /// What is not finite, the last finite sizes of the loss's parts, and the remedies in order.
    package var description: String {
        let parts = [what, listing.map { "the last finite sizes are \($0)" }, advice]
        return "training diverged at step \(step): "
            + parts.compactMap(\.self).joined(separator: "; ")
    }

    private var what: String {
        let part = circumstances?.part.map { " (of its state: \($0))" } ?? ""
        return switch cause {
        case .outputs: "the model's outputs are not finite" + part
        case .heldOutputs: "the model's outputs for held-out samples are not finite" + part
        case .task: "the task loss is not finite"
        case .terms(let names, let teachers): Self.words(for: names, teachers)
        case .auxiliary(let term): "what '\(term)' minimises by its own parameters is not finite"
        case .objective:
            "the objective is not finite" + (circumstances?.learned.map { ", with \($0)" } ?? "")
        case .gradient: "the norm of the gradient is not finite"
        case .adjoint: "the gradient in the samples that the generator made is not finite"
        case .state:
            "the learner's state is not finite" + (circumstances?.part.map { ": \($0)" } ?? "")
        }
    }

    private static func words(for names: [String], _ teachers: Float?) -> String {
        let quoted = names.map { "'\($0)'" }.joined(separator: ", ")
        let subject =
            names.count == 1
            ? "the teaching term \(quoted) is not finite"
            : "the teaching terms \(quoted) are not finite"
        // Larger squares than this overflow.
        guard let teachers, !(teachers < 1e18) else { return subject }
        return subject + ", whose teachers' values reach \(number(Double(teachers)))"
    }

    /// The sizes of this step where they are finite, otherwise those of the last step.
    private var listing: String? {
        let last = circumstances?.last
        var items: [String] = []
        if let task = [sizes?.task, last?.task].lazy.compactMap(\.self).first(where: \.isFinite) {
            items.append("task \(number(task))")
        }
        let names = (sizes?.terms ?? []).map(\.name)
        for name in names + (last?.terms ?? []).map(\.name).filter({ !names.contains($0) }) {
            let found = [sizes, last].compactMap { $0?.terms.first { $0.name == name } }
            guard let term = found.first(where: { $0.value.isFinite }) else { continue }
            items.append("'\(name)' \(number(term.value)) at weight \(number(term.weight))")
        }
        if let norm = last?.gradientNorm, norm.isFinite {
            items.append("norm of the gradient \(number(norm))")
        }
        return items.isEmpty ? nil : items.joined(separator: ", ")
    }

    /// The term that is to blame: the one that is not finite, or that outgrew the task loss.
    private var culprit: String? {
        switch cause {
        case .terms(let names, _): names.first
        case .auxiliary(let term): term
        case .task: nil
        default: sizes?.dominantTerm ?? circumstances?.last?.dominantTerm
        }
    }

    private var advice: String? {
        guard let circumstances else { return nil }
        let training = circumstances.training
        var remedies: [String] = []
        if let culprit {
            remedies.append("lower the weight of the edge of '\(culprit)'")
            let edge = circumstances.terms.first { $0.name == culprit }?.group.edge
            remedies.append(
                edge?.isPaperForm == true
                    ? "give its loss 'form: benchmark', or its schedule a ramp"
                    : "give its schedule a ramp")
        }
        if circumstances.learned != nil { remedies.append("take the objective 'sum'") }
        remedies.append(
            training.clip.map { "lower training.clip, now \(number(Double($0)))" }
                ?? "set training.clip")
        remedies.append(
            "lower training.optimizer.rate, now \(number(Double(training.optimizer.rate)))")
        return "try in this order: " + remedies.joined(separator: ", ")
    }
}

/// Four significant digits.
private func number(_ value: Double) -> String { String(format: "%.4g", value) }

extension EdgeOptions {
    /// Whether the loss is published in two forms, and the edge takes the paper's.
    fileprivate var isPaperForm: Bool {
        guard case .map(let options) = loss.options.value,
            case .scalar("paper", _)? = options.first(where: { $0.key == "form" })?.value.value
        else { return false }
        return true
    }
}

import Options

/// Branches of a net of images that share all stages but the last, and a gate that weighs them, as
/// in *Knowledge Distillation by On-the-Fly Native Ensemble* (ONE, Lan et al. 2018).
///
/// The net's logits are Σ g_i·z_i over the branches' own, with the gates g = softmax(ReLU(BN(W·v)))
/// and v the global average of what the branches share; without a gate they are the branches' mean.
/// Each branch is an exit, whose logits are the tap `branch1`, `branch2`, and so on. The taps of
/// the last stage, `features` and `classes` are those of the first branch.
///
/// Names: `branches.1.layer3.0.conv1` …, `branches.1.fc`; `gate.fc`, `gate.bn`.
struct GatedBranches: Head {
    /// How many branches there are, and what connects them.
    struct Plan: Hashable, Sendable {
        /// 1 for a net without branches.
        var count = 1
        /// Whether a gate weighs them.
        var hasGate = true
        /// Whether what they share gets the mean of their gradients in place of the sum:
        /// intermediate-level representation sharing with rescaled gradients (ILR, Song and Chai
        /// 2018).
        var isRescaled = false
    }

    /// The tap of a branch's logits.
    ///
    /// - Parameter number: counted from 1.
    static func name(_ number: Int) -> String { "branch\(number)" }

    private let branches: [(stage: ResidualStage, fc: Linear)]
    /// Nil where all branches weigh alike.
    private let gate: (fc: Linear, bn: BatchNormalization)?
    private let isRescaled: Bool
    /// For each branch a row 1×branches by which a linear layer selects its gates.
    private let choices: [Tensor]

    /// So many branches of the last stage that `stage` makes.
    ///
    /// - Parameters:
    ///   - inputs: channels of what the branches share.
    ///   - outputs: channels of the last stage's output.
    ///   - stage: makes the last stage; whether its taps are named is its first argument.
    init(
        _ plan: Plan, from inputs: Int, to outputs: Int, classes: Int,
        in builder: inout ModelBuilder, stage: (Bool, inout ModelBuilder) -> ResidualStage
    ) {
        let count = plan.count
        isRescaled = plan.isRescaled
        branches = builder.scoped("branches") { builder in
            (0..<count).map { index in
                builder.scoped("\(index + 1)") { builder in
                    (stage(index == 0, &builder), Linear("fc", outputs, classes, in: &builder))
                }
            }
        }
        gate =
            !plan.hasGate
            ? nil
            : builder.scoped("gate") { builder in
                (
                    Linear("fc", inputs, count, in: &builder),
                    BatchNormalization("bn", count, in: &builder)
                )
            }
        choices = (0..<count).map { index in
            Tensor(shape: [1, count], values: (0..<count).map { $0 == index ? 1 : 0 })
        }
    }

    func callAsFunction(_ x: Variable, _ pass: ForwardPass) -> Variable {
        let x = isRescaled ? x.rescalingGradient(by: 1 / Float(branches.count)) : x
        let gates = gate.map { gate in
            gate.bn(gate.fc(x.globalAveragePool(), pass), pass, isRectified: true).softmax()
        }
        let weighted = branches.enumerated().map { index, branch in
            let y = branch.stage(x, pass)
            let features = y.globalAveragePool()
            let logits = branch.fc(features, pass)
            pass.exit(
                Self.name(index + 1), logits: logits, features: features, after: .relu)
            if index == 0 {
                pass.tap("features", features, after: .relu)
                pass.tap("classes", whenAsked: branch.fc.ofPixels(y, pass))
            }
            return gates.map { $0.linear(Variable(choices[index]), bias: nil) * logits } ?? logits
        }
        let sum = weighted.dropFirst().reduce(weighted[0], +)
        return gates == nil ? sum / Float(branches.count) : sum
    }
}

extension Variable {
    /// The same values, whose gradient is multiplied by a factor on its way back.
    fileprivate func rescalingGradient(by factor: Float) -> Variable {
        // Without a tape there is no gradient, and a trace of the computation sees no operation.
        guard needsGradient else { return self }
        return .operation(value, of: [self]) { g in [(Variable(g) * factor).value] }
    }
}

extension OptionReader {
    /// The branches of a net's last stage.
    mutating func branches() throws(SettingError) -> GatedBranches.Plan {
        let plan = GatedBranches.Plan(
            count: value(
                "branches", default: 1, in: 1...16,
                help: "copies of the last stage whose logits a gate weighs (Lan et al. 2018)"),
            hasGate: flag(
                "gate", default: true, help: "whether a gate weighs branches; or their mean answers"
            ),
            isRescaled: flag(
                "rescale", default: false,
                help: "divides the gradient below the branches by their number (Song and Chai 2018)"
            ))
        guard plan.count > 1 || plan == GatedBranches.Plan(count: plan.count) else {
            throw failure(
                plan.hasGate ? "rescale" : "gate", "is of a net with branches; write `branches: 3`",
                with: "branches")
        }
        return plan
    }
}

import Kernels

/// Causal attention and two linear layers with GELU, each added to its input, which is normalised
/// before (Radford et al. 2019).
struct DecoderBlock: Sendable {
    private let attention: CausalAttention
    private let expansion: Linear
    private let projection: Linear
    private let norm1: LayerNormalization
    private let norm2: LayerNormalization
    private let dropout: Dropout

    /// - Parameter number: of the layer, counted from 0.
    init(_ plan: GPT, number: Int, in builder: inout ModelBuilder) {
        let width = plan.dimension
        norm1 = LayerNormalization("ln_1", width, in: &builder)
        attention = CausalAttention(plan, layer: number, in: &builder)
        norm2 = LayerNormalization("ln_2", width, in: &builder)
        (expansion, projection) = builder.scoped("mlp") { builder in
            (
                Linear(
                    "c_fc", width, plan.hidden, standardDeviation: GPT.standardDeviation,
                    in: &builder),
                Linear(
                    "c_proj", plan.hidden, width, standardDeviation: plan.residualDeviation,
                    in: &builder)
            )
        }
        dropout = Dropout(plan.dropout)
    }

    /// N·T×D to the same shape.
    func callAsFunction(_ x: Variable, length: Int, _ pass: ForwardPass) -> Variable {
        let x = x + dropout(attention(norm1(x, pass), length: length, pass), pass)
        let inner = expansion(norm2(x, pass), pass, activation: .gelu)
        return x + dropout(projection(inner, pass), pass)
    }
}

/// Multi-head attention of each position to those up to itself.
private struct CausalAttention: Sendable {
    private let layer: Int
    private let heads: Int
    private let positions: GPT.Positions
    private let inputs: Linear
    private let output: Linear

    init(_ plan: GPT, layer: Int, in builder: inout ModelBuilder) {
        self.layer = layer
        heads = plan.heads
        positions = plan.positions
        let width = plan.dimension
        (inputs, output) = builder.scoped("attn") { builder in
            (
                Linear(
                    "c_attn", width, 3 * width, standardDeviation: GPT.standardDeviation,
                    in: &builder),
                Linear(
                    "c_proj", width, width, standardDeviation: plan.residualDeviation, in: &builder)
            )
        }
    }

    func callAsFunction(_ x: Variable, length: Int, _ pass: ForwardPass) -> Variable {
        let plain = inputs(x, pass)
        let x =
            positions == .rotary
            ? plain.rotatedByPosition(
                heads: heads, length: length, from: pass.decoding?.position ?? 0)
            : plain
        guard let cache = pass.decoding else {
            return output(x.causalAttention(heads: heads, length: length), pass)
        }
        return output(Variable(cache.attention(layer, of: x.value, heads: heads)), pass)
    }
}

/// What a pass makes of a parameter before a layer uses it, such as a quantised student's weights.
///
/// A transform is built from operations on ``Variable``s, so that it is recorded on the pass's
/// tape. Gradients reach the untransformed parameter, and whatever else the result was computed
/// from. A transform may learn numbers of its own, such as the scales of a quantisation: it asks a
/// second ``ForwardPass`` over their store for them, which has the same tape and no transform.
///
/// ```swift
/// let own = ForwardPass(.training, parameters: scales, buffers: .none, tape: tape, key: key)
/// let transform = ParameterTransform { slot, parameter in
///     slot.shape.count > 1 ? parameter * own.parameter(0) : parameter
/// }
/// let pass = ForwardPass(
///     .training, parameters: weights, buffers: buffers, tape: tape, transform: transform,
///     key: key)
/// ```
public struct ParameterTransform {
    private let body: (ParameterSlot, Variable) -> Variable

    /// - Parameter body: from a parameter's slot and its variable, the variable that layers use, of
    ///   the same shape; called at most once for each parameter of a pass.
    public init(_ body: @escaping (_ slot: ParameterSlot, _ parameter: Variable) -> Variable) {
        self.body = body
    }

    /// What layers use in place of a parameter.
    ///
    /// - Precondition: its shape is the parameter's.
    func callAsFunction(_ slot: ParameterSlot, _ parameter: Variable) -> Variable {
        let result = body(slot, parameter)
        precondition(result.shape == slot.shape, "\(slot.name) has the shape \(slot.shape)")
        return result
    }
}

import Kernels

/// What convolutions and linear layers compute: with floats, with numbers that were quantised
/// before, or with integers.
extension ForwardPass {
    /// The input and the weight of a layer as it uses them: quantised where the model is.
    ///
    /// - Parameter weight: the number of the weight.
    func operands(_ x: Variable, weight: Int) -> (x: Variable, weight: Variable) {
        guard let quantizer = quantizers[weight] else { return (x, parameter(weight)) }
        return (quantizer.input(x, self), quantizer.weight(parameter(weight), self))
    }

    /// The weight of a layer as it uses it: quantised where the model is.
    func weight(_ number: Int) -> Variable {
        quantizers[number]?.weight(parameter(number), self) ?? parameter(number)
    }

    /// A linear layer of rows, and a function of every element where one is asked for.
    ///
    /// - Parameters:
    ///   - weight: the number of the weight.
    ///   - bias: the number of the bias; nil for none.
    func linear(
        _ x: Variable, weight: Int, bias: Int?, activation: UnaryOperation? = nil
    ) -> Variable {
        let bias = bias.map(parameter)
        if let layer = integerLayers[weight] {
            return layer.linear(x, bias: bias, activation: activation)
        }
        let (x, weight) = operands(x, weight: weight)
        return x.linear(weight, bias: bias, activation: activation)
    }

    /// A convolution of images.
    ///
    /// - Parameters:
    ///   - weight: the number of the weight.
    ///   - bias: the number of the bias; nil for none.
    func convolution(_ x: Variable, weight: Int, bias: Int?, _ window: Window) -> Variable {
        let bias = bias.map(parameter)
        if let layer = integerLayers[weight] {
            return layer.convolution(x, bias: bias, window)
        }
        let (x, weight) = operands(x, weight: weight)
        return x.convolution(
            weight, bias: bias, stride: window.stride, padding: window.padding,
            groups: window.groups)
    }
}

import Kernels

extension Variable {
    /// A function of every element.
    public func map(_ operation: UnaryOperation) -> Variable {
        let x = value
        let y = Tensor(shape: shape, floats: Kernels.apply(operation, x.floats))
        return .operation(y, of: [self], named: "\(operation)") { g in
            let d = Kernels.gradient(
                of: operation, x: x.floats, y: y.floats, upstream: g.floats)
            return [Tensor(shape: x.shape, floats: d)]
        }
    }

    public func relu() -> Variable { map(.relu) }
    public func exp() -> Variable { map(.exponential) }
    public func log() -> Variable { map(.logarithm) }
    public func squareRoot() -> Variable { map(.squareRoot) }
    public func squared() -> Variable { map(.square) }
    public func absolute() -> Variable { map(.absolute) }

    public static prefix func - (x: Variable) -> Variable { x.map(.negation) }

    public static func * (x: Variable, factor: Float) -> Variable {
        x.map(.affine(scale: factor, shift: 0))
    }

    public static func * (factor: Float, x: Variable) -> Variable { x * factor }

    public static func / (x: Variable, divisor: Float) -> Variable { x * (1 / divisor) }

    public static func + (x: Variable, shift: Float) -> Variable {
        x.map(.affine(scale: 1, shift: shift))
    }

    public static func - (x: Variable, shift: Float) -> Variable { x + -shift }

    /// Elementwise sum; shapes are broadcast as NumPy does.
    public static func + (a: Variable, b: Variable) -> Variable {
        binary(.add, a, b) { g in (g, g) }
    }

    /// Elementwise difference; shapes are broadcast as NumPy does.
    public static func - (a: Variable, b: Variable) -> Variable {
        binary(.subtract, a, b) { g in (g, (-Variable(g)).value) }
    }

    /// Elementwise product; shapes are broadcast as NumPy does.
    public static func * (a: Variable, b: Variable) -> Variable {
        binary(.multiply, a, b) { g in
            ((Variable(g) * b.detached).value, (Variable(g) * a.detached).value)
        }
    }

    /// Elementwise quotient; shapes are broadcast as NumPy does.
    public static func / (a: Variable, b: Variable) -> Variable {
        binary(.divide, a, b) { g in
            let byA = Variable(g) / b.detached
            return (byA.value, (-(byA * a.detached / b.detached)).value)
        }
    }

    private static func binary(
        _ operation: BinaryOperation, _ a: Variable, _ b: Variable,
        gradients: @escaping (Tensor) -> (a: Tensor, b: Tensor)
    ) -> Variable {
        let shape = Broadcasting.shape(of: a.shape, and: b.shape)
        let y = Kernels.apply(
            operation, Broadcasting.view(a.value, as: shape),
            Broadcasting.view(b.value, as: shape), shape: shape)
        let (aShape, bShape) = (a.shape, b.shape)
        return .operation(
            Tensor(shape: shape, floats: y), of: [a, b], named: "\(operation)"
        ) { g in
            let (ga, gb) = gradients(g)
            return [Broadcasting.sum(ga, to: aShape), Broadcasting.sum(gb, to: bShape)]
        }
    }
}

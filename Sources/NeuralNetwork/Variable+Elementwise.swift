import Kernels

extension Variable {
    /// A function of every element.
    public func map(_ operation: UnaryOperation) -> Variable {
        let y = value.mapMemory { Kernels.apply(operation, $0) }
        let kept = operation.gradientUsesResult ? y : value
        return .operation(y, of: [self], named: "\(operation)", as: .elements(operation)) { g in
            [
                kept.mapMemory {
                    Kernels.gradient(of: operation, at: $0, upstream: g.memory(as: kept))
                }
            ]
        }
    }

    /// max(x, 0) of every element.
    public func relu() -> Variable { map(.relu) }
    /// eˣ of every element.
    public func exp() -> Variable { map(.exponential) }
    /// The natural logarithm of every element.
    public func log() -> Variable { map(.logarithm) }
    /// The root of every element.
    public func squareRoot() -> Variable { map(.squareRoot) }
    /// The square of every element.
    public func squared() -> Variable { map(.square) }
    /// The magnitude of every element; its derivative at 0 is 0.
    public func absolute() -> Variable { map(.absolute) }

    /// The negative of every element.
    public static prefix func - (x: Variable) -> Variable { x.map(.negation) }

    /// Every element times a factor.
    public static func * (x: Variable, factor: Float) -> Variable {
        factor == 1 ? x : x.map(.affine(scale: factor, shift: 0))
    }

    /// Every element times a factor.
    public static func * (factor: Float, x: Variable) -> Variable { x * factor }

    /// Every element times 1 / divisor.
    public static func / (x: Variable, divisor: Float) -> Variable { x * (1 / divisor) }

    /// Every element plus a number.
    public static func + (x: Variable, shift: Float) -> Variable {
        x.map(.affine(scale: 1, shift: shift))
    }

    /// Every element minus a number.
    public static func - (x: Variable, shift: Float) -> Variable { x + -shift }

    /// Elementwise sum; shapes are broadcast as NumPy does.
    public static func + (a: Variable, b: Variable) -> Variable {
        binary(.add, a, b) { g, _ in (g, g) }
    }

    /// Elementwise difference; shapes are broadcast as NumPy does.
    public static func - (a: Variable, b: Variable) -> Variable {
        binary(.subtract, a, b) { g, needs in (g, needs.b ? (-Variable(g)).value : nil) }
    }

    /// Elementwise product; shapes are broadcast as NumPy does.
    public static func * (a: Variable, b: Variable) -> Variable {
        binary(.multiply, a, b) { g, needs in
            (
                needs.a ? (Variable(g) * b.detached).value : nil,
                needs.b ? (Variable(g) * a.detached).value : nil
            )
        }
    }

    /// Elementwise quotient; shapes are broadcast as NumPy does.
    public static func / (a: Variable, b: Variable) -> Variable {
        binary(.divide, a, b) { g, needs in
            let byA = Variable(g) / b.detached
            return (byA.value, needs.b ? (-(byA * a.detached / b.detached)).value : nil)
        }
    }

    /// - Parameter gradients: from the gradient in the result, those in the operands; what no
    ///   operand needs may be nil.
    private static func binary(
        _ operation: BinaryOperation, _ a: Variable, _ b: Variable,
        gradients: @escaping (_ g: Tensor, _ needs: (a: Bool, b: Bool)) -> (a: Tensor?, b: Tensor?)
    ) -> Variable {
        let (aShape, bShape) = (a.shape, b.shape)
        let needs = (a: a.needsGradient, b: b.needsGradient)
        return .operation(
            operation.apply(a.value, b.value), of: [a, b], named: "\(operation)",
            as: .pairs(operation)
        ) { g in
            let found = gradients(g, needs)
            return [
                needs.a ? found.a.map { Broadcasting.sum($0, to: aShape) } : nil,
                needs.b ? found.b.map { Broadcasting.sum($0, to: bShape) } : nil,
            ]
        }
    }
}

extension BinaryOperation {
    fileprivate func apply(_ a: Tensor, _ b: Tensor) -> Tensor {
        if a.shape == b.shape {
            return a.mapMemory { Kernels.apply(self, $0, b.memory(as: a)) }
        }
        let shape = Broadcasting.shape(of: a.shape, and: b.shape)
        return Tensor(
            shape: shape,
            floats: Kernels.apply(
                self, Broadcasting.view(a, as: shape), Broadcasting.view(b, as: shape),
                shape: shape))
    }
}

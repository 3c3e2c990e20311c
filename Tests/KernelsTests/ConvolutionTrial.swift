import Kernels

/// A convolution of numbers that look random, and its plain sums in double precision.
struct ConvolutionTrial {
    let s: ConvolutionShape
    /// N×H×W×C, K×(C/groups)×kh×kw and N×H'×W'×K.
    let x: [Float]
    let w: [Float]
    let g: [Float]

    /// What is added up: the products, or their magnitudes.
    enum Sum { case terms, magnitudes }

    init(_ shape: ConvolutionShape) {
        s = shape
        var numbers = Numbers(seed: 3)
        x = numbers.array(s.batch * s.height * s.width * s.channels)
        w = numbers.array(
            s.filters * (s.channels / s.groups) * s.kernelHeight * s.kernelWidth)
        g = numbers.array(s.batch * s.outputHeight * s.outputWidth * s.filters)
    }

    func output(_ sum: Sum) -> [Double] {
        var y = [Double](repeating: 0, count: g.count)
        forEachProduct { x, w, output in y[output] += term(self.x[x], self.w[w], sum) }
        return y
    }

    func inputGradient(_ sum: Sum) -> [Double] {
        var d = [Double](repeating: 0, count: x.count)
        forEachProduct { x, w, output in d[x] += term(g[output], self.w[w], sum) }
        return d
    }

    func weightGradient(_ sum: Sum) -> [Double] {
        var d = [Double](repeating: 0, count: w.count)
        forEachProduct { x, w, output in d[w] += term(g[output], self.x[x], sum) }
        return d
    }

    private func term(_ a: Float, _ b: Float, _ sum: Sum) -> Double {
        let product = Double(a) * Double(b)
        return sum == .terms ? product : abs(product)
    }

    /// The places of each product's factors, and of the output that it belongs to.
    private func forEachProduct(_ body: (_ x: Int, _ w: Int, _ output: Int) -> Void) {
        let (inputs, outputs) = (s.channels / s.groups, s.filters / s.groups)
        for image in 0..<s.batch {
            for oy in 0..<s.outputHeight {
                for ox in 0..<s.outputWidth {
                    for ky in 0..<s.kernelHeight {
                        let y = oy * s.stride + ky - s.padding
                        guard (0..<s.height).contains(y) else { continue }
                        for kx in 0..<s.kernelWidth {
                            let x = ox * s.stride + kx - s.padding
                            guard (0..<s.width).contains(x) else { continue }
                            let pixel = ((image * s.height + y) * s.width + x) * s.channels
                            let output =
                                ((image * s.outputHeight + oy) * s.outputWidth + ox) * s.filters
                            for k in 0..<s.filters {
                                for c in 0..<inputs {
                                    body(
                                        pixel + k / outputs * inputs + c,
                                        ((k * inputs + c) * s.kernelHeight + ky) * s.kernelWidth
                                            + kx, output + k)
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

import Bytes
import Options

/// Everything by which the tensors of a file and those of a model differ.
struct WeightMismatches {
    private let tensors: [String: SafeTensor]
    private let layout: WeightLayout
    /// Names that the model has and the file lacks, in the model's order.
    private let missing: [String]
    /// Names that the file holds and the model does not have.
    private let extra: [String]
    /// Tensors of another shape, in the model's order.
    private let misshapen: [String]
    /// Tensors whose type holds no weights.
    private let unreadable: [String]

    /// At most so many of a kind are listed.
    private static let most = 40

    init(of tensors: [String: SafeTensor], _ layout: WeightLayout) {
        self.tensors = tensors
        self.layout = layout
        missing = layout.names.filter { tensors[$0] == nil }
        extra = tensors.keys.filter { !layout.has($0) }.sorted()
        misshapen = layout.names.filter { name in
            tensors[name].map { $0.shape != layout.shapes[name] } ?? false
        }
        unreadable = layout.names.filter { name in
            tensors[name].map { !$0.dtype.isFloat } ?? false
        }
    }

    var isEmpty: Bool {
        missing.isEmpty && extra.isEmpty && misshapen.isEmpty && unreadable.isEmpty
    }

    /// A line for each, below a heading.
    ///
    /// - Parameter hint: what would make the names fit.
    func text(after hint: String?) -> String {
        let known = layout.names.count - missing.count
        let heading =
            "it does not fit the model: \(known) of the model's \(layout.names.count) tensors are"
            + " there"
        let lines =
            Self.lines(misshapen, shapeLine) + Self.lines(unreadable, typeLine)
            + Self.lines(missing, missingLine) + Self.lines(extra, extraLine)
        let more = [headLine, hint].compactMap(\.self)
        return ([heading] + (more + lines).map { "  \($0)" }).joined(separator: "\n")
    }

    /// Where all that differs is the number of classes.
    private var headLine: String? {
        let counts = Set(
            misshapen.map { name -> Int? in
                guard let shape = tensors[name]?.shape, let own = layout.shapes[name],
                    own.first == layout.classes, shape.dropFirst() == own.dropFirst()
                else { return nil }
                return shape.first
            })
        guard counts.count == 1, let count = counts.first ?? nil else { return nil }
        return "its head is of \(count) classes, and the data have \(layout.classes): take data of"
            + " \(count) classes, or weights that were trained for \(layout.classes)"
    }

    private func shapeLine(_ name: String) -> String {
        guard let shape = tensors[name]?.shape, let own = layout.shapes[name] else { return name }
        return "'\(name)' has the shape \(shape), the model's has \(own)"
            + (Self.reason(for: shape, own).map { ": \($0)" } ?? "")
    }

    /// What makes one shape of another.
    private static func reason(for shape: [Int], _ own: [Int]) -> String? {
        if shape.count == 2, own == shape.reversed() {
            return "it is transposed, as Keras and Flax keep it; save its transpose"
        }
        if shape.count == 4, own == [shape[3], shape[2], shape[0], shape[1]] {
            return
                "its axes are height, width, in, out, as in Keras and Flax; save out, in, height,"
                + " width"
        }
        if shape.reduce(1, *) == own.reduce(1, *) {
            return "as many numbers; save it reshaped"
        }
        return nil
    }

    private func typeLine(_ name: String) -> String {
        guard let tensor = tensors[name] else { return name }
        return "'\(name)' is \(tensor.dtype.rawValue), \(tensor.objection)"
    }

    private func missingLine(_ name: String) -> String {
        let shape = layout.shapes[name] ?? []
        let near = nearest(to: name, shape, among: extra.map { ($0, tensors[$0]?.shape ?? []) })
        return "it lacks '\(name)' \(shape)" + near
    }

    private func extraLine(_ name: String) -> String {
        let shape = tensors[name]?.shape ?? []
        let near = nearest(to: name, shape, among: missing.map { ($0, layout.shapes[$0] ?? []) })
        return "it holds '\(name)' \(shape), which the model does not have" + near
    }

    /// The two nearest of the names that have no partner, those of the same shape first.
    private func nearest(
        to name: String, _ shape: [Int], among others: [(name: String, shape: [Int])]
    ) -> String {
        let ranked = others.map { other in
            (other, rank: (other.shape == shape ? 0 : 1, editDistance(other.name, name)))
        }.sorted { ($0.rank, $0.0.name) < ($1.rank, $1.0.name) }
        guard !ranked.isEmpty else { return "" }
        return "; nearest: "
            + ranked.prefix(2).map { "'\($0.0.name)' \($0.0.shape)" }.joined(separator: ", ")
    }

    private static func lines(_ names: [String], _ line: (String) -> String) -> [String] {
        names.prefix(most).map(line)
            + (names.count > most ? ["… and \(names.count - most) more like this"] : [])
    }
}

extension SafeTensor.DType {
    /// Whether it holds floats of 16, 32 or 64 bits.
    fileprivate var isFloat: Bool { [.f16, .bf16, .f32, .f64].contains(self) }
}

/// Tuples of tuples have no order of their own.
private func < (
    a: ((Int, Int), String), b: ((Int, Int), String)
) -> Bool {
    (a.0.0, a.0.1, a.1) < (b.0.0, b.0.1, b.1)
}

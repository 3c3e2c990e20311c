import NeuralNetwork
import Options
import Reporting

extension Assembler {
    /// A row for each quantised layer of a learner, and the sizes of its files; nil where none is
    /// quantised.
    func quantizationListing() throws -> String? {
        let parts = try configuration.learners.compactMap { learner -> String? in
            guard learner.original == nil, let model = try model(of: learner) else { return nil }
            return model.quantization.map { Self.listing(of: learner.name, model, $0) }
        }
        return parts.isEmpty ? nil : parts.joined()
    }

    private static func listing(
        of learner: String, _ model: Model, _ plan: QuantizationPlan
    ) -> String {
        let rows = plan.layers.map { layer in
            [
                layer.name, layer.weightShape.map(String.init).joined(separator: "×"),
                bits(layer.weightBits),
                bits(layer.inputBits)
                    + (layer.inputBits == Quantization.float || layer.isInputNonnegative
                        ? "" : ", signed"),
            ]
        }
        let saving = model.fileSizes.map { "weights on disk: \($0.inWords)\n" } ?? ""
        return TextTable(rows: [[learner, "weights", "bits", "input bits"]] + rows).text + saving
    }

    private static func bits(_ bits: Int) -> String {
        bits == Quantization.float ? "float" : "\(bits)"
    }
}

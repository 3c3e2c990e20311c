import Options

/// *Data-Free Learning of Student Networks* (DAFL, Chen et al. 2019): a generator makes samples of
/// which the teacher is sure, which excite its features, and which are of all classes; generator
/// and students learn at the same steps.
///
///     method: {kind: dafl, one-hot: 1, information: 5, activation: 0.1}
package struct CertainSamples: DataFreeMethod, Configurable {
    package static let name = "dafl"
    package static let summary = "samples that the teacher is sure of (Chen et al. 2019)"

    package let studentLoss = "kd"
    package let guides: [Guide]

    package init(options: inout OptionReader) throws(SettingError) {
        let sure = options.guideWeight(
            "one-hot", default: 1, help: "of the teacher's certainty")
        let balance = options.guideWeight(
            "information", default: 5, help: "of the balance of classes")
        let excitement = options.guideWeight(
            "activation", default: 0.1, help: "of the size of the teacher's features")
        let tap = options.value(
            "features", default: Taps.usual, help: "the place of these in the teacher's model")
        guides = [
            Guide(loss: "one-hot", weight: sure),
            Guide(loss: "information", weight: balance),
            Guide(loss: "activation", weight: excitement, tap: tap),
        ].filter { $0.weight > 0 }
        guard !guides.isEmpty else {
            throw options.failure(
                "one-hot", "is 0, and so are the others: nothing would guide the generator")
        }
    }
}

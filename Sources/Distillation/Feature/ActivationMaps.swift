import CohortGraph
import NeuralNetwork
import Options

/// *Class Attention Transfer Based Knowledge Distillation* (Guo et al. 2023), called CAT-KD: the
/// mean square of the difference of class activation maps, averaged down to `size`×`size` pixels.
///
/// A class's map is what the last layer makes of each pixel before these are averaged: the tap
/// `classes` of a convolution net. `normalize` divides each map of a sample by its Euclidean norm
/// over the pixels; the paper's weights are 400 with it, and less without.
struct ActivationMaps: DistillationLoss, Configurable {
    static let name = "cat"
    static let summary = "class attention transfer: class activation maps (Guo et al. 2023)"

    let size: Int
    let isNormalized: Bool

    var summary: Summary { .map }

    init(options: inout OptionReader) throws(SettingError) {
        size = options.value("size", default: 2, in: 1...64, help: "pixels a side that remain")
        isNormalized = options.flag(
            "normalize", default: true, help: "each map divided by its norm")
    }

    mutating func prepare(
        student: [Int], teacher: [Int], in builder: inout ModelBuilder
    ) throws(SettingError) {
        guard student[1] == teacher[1] else {
            throw SettingError(
                unequal: student, teacher, of: summary, "both must have a map for each class")
        }
        guard [student, teacher].allSatisfy({ $0.suffix(2).allSatisfy { $0 >= size } }) else {
            throw SettingError(
                unequal: student, teacher, of: summary,
                "both must have at least \(size)×\(size) pixels; set a smaller 'size'")
        }
        guard !isNormalized || size > 1 else {
            throw SettingError(
                "'\(Self.name)': maps of one pixel are all equal once their norm is 1; set"
                    + " 'normalize: false' or a larger 'size'")
        }
    }

    func callAsFunction(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext
    ) -> LossTerm {
        let difference = maps(student) - maps(Variable(teacher))
        return LossTerm(difference.squared().mean())
    }

    /// Maps N×C×H×W as rows of size² pixels.
    private func maps(_ x: Variable) -> Variable {
        let pooled = x.averaged(to: size)
        return isNormalized ? pooled.normalizedRows() : pooled
    }
}

extension Variable {
    /// Images N×C×H×W averaged to size×size pixels, N×C×size², as PyTorch's adaptive pooling does:
    /// pixel i is the mean of those from ⌊i·H/size⌋ to before ⌈(i + 1)·H/size⌉.
    ///
    /// - Precondition: neither side has fewer pixels.
    func averaged(to size: Int) -> Variable {
        let (height, width) = (shape[2], shape[3])
        let (lines, columns) = (Self.windows(height, size), Self.windows(width, size))
        var weights = [Float](repeating: 0, count: height * width * size * size)
        for (i, line) in lines.enumerated() {
            for (j, column) in columns.enumerated() {
                let share = 1 / Float(line.count * column.count)
                for y in line {
                    for x in column { weights[((y * width + x) * size + i) * size + j] = share }
                }
            }
        }
        let shares = Variable(Tensor(shape: [height * width, size * size], values: weights))
        return reshaped([shape[0] * shape[1], height * width]).matmul(shares)
            .reshaped([shape[0], shape[1], size * size])
    }

    /// The lines that become one, for each of `size`.
    private static func windows(_ extent: Int, _ size: Int) -> [Range<Int>] {
        (0..<size).map { i in (i * extent) / size..<((i + 1) * extent + size - 1) / size }
    }
}

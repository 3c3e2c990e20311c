import NeuralNetwork
import Options

extension Variable {
    /// Images N×C×H×W averaged down to another image's height and width; as they are where they are
    /// not larger by a whole factor.
    func pooled(to target: [Int]) -> Variable {
        window(to: target).map(averagePool) ?? self
    }

    /// The same by the largest of the pixels that become one.
    func maxPooled(to target: [Int]) -> Variable {
        window(to: target).map(maxPool) ?? self
    }

    /// What becomes one pixel; nil where images stay as they are.
    private func window(to target: [Int]) -> Window? {
        guard let factor = poolingFactor(from: shape, to: target), factor > 1 else { return nil }
        return Window(factor, stride: factor)
    }
}

/// Both sides' images N×C×H×W at the smaller one's height and width.
func matched(_ student: Variable, _ teacher: Tensor) -> (student: Variable, teacher: Variable) {
    (student.pooled(to: teacher.shape), Variable(teacher).pooled(to: student.shape))
}

extension SettingError {
    /// Refuses images of two sizes, neither of them a whole multiple of the other.
    static func checkSizes(
        _ student: [Int], _ teacher: [Int], of summary: Summary
    ) throws(SettingError) {
        guard
            poolingFactor(from: student, to: teacher) != nil
                || poolingFactor(from: teacher, to: student) != nil
        else {
            throw SettingError(
                unequal: student, teacher, of: summary,
                "one height and width must be a whole multiple of the other's")
        }
    }

    /// Refuses images that cannot be compared: of two sizes, neither of them a whole multiple of
    /// the other, or of one pixel, all of which are equal once their norm is 1.
    static func checkImages(
        _ student: [Int], _ teacher: [Int], of summary: Summary
    ) throws(SettingError) {
        try checkSizes(student, teacher, of: summary)
        guard [student, teacher].allSatisfy({ $0.suffix(2).reduce(1, *) > 1 }) else {
            throw SettingError(
                unequal: student, teacher, of: summary,
                "an image of one pixel teaches nothing; tap a layer before the pooling")
        }
    }
}

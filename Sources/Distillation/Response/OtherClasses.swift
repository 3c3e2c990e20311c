import NeuralNetwork

extension Variable {
    /// Of each row of N×classes the element of the sample's label, N×1.
    func selecting(labels: [Int]) -> Variable {
        let (count, classes) = (shape[0], shape[1])
        let places = labels.enumerated().map { $0.offset * classes + $0.element }
        return selecting(elements: places, shape: [count, 1])
    }

    /// Of each row of N×classes the elements of all other classes, in their order,
    /// N×(classes − 1).
    func leavingOut(labels: [Int]) -> Variable {
        let (count, classes) = (shape[0], shape[1])
        let others = labels.enumerated().flatMap { row, label in
            (0..<classes).filter { $0 != label }.map { row * classes + $0 }
        }
        return selecting(elements: others, shape: [count, classes - 1])
    }
}

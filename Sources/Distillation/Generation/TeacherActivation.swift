import NeuralNetwork
import Options

/// *Data-Free Learning of Student Networks* (Chen et al. 2019), activation loss: −mean|f|, where f
/// is what the teacher's last linear layer reads. Samples like those that a teacher learned from
/// activate it more than others.
///
/// Any other place can be named: all of its activations count alike.
struct TeacherActivation: GeneratorLoss, OptionFree {
    static let name = "activation"
    static let summary = "the teacher's features are to be large (DAFL, Chen et al. 2019)"

    var summary: Summary { .map }
    var nodes: ClosedRange<Int> { 1...1 }

    func callAsFunction(_ shown: [Variable], _ context: GuideContext) -> Variable {
        -teacher(shown).absolute().mean()
    }
}

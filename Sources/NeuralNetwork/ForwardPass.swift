import Bytes
import Kernels

/// One evaluation of a model: the parameters that it uses, the mode, the running moments after it,
/// and the taps that it fills. Nothing here outlives the step unless the caller keeps it.
public final class ForwardPass {
    /// What a model is evaluated for.
    public enum Mode: Hashable, Sendable {
        /// Normalises by the batch's moments, moves the running moments, and drops activations out.
        case training
        /// Normalises by the running moments, and drops nothing out.
        case evaluation
    }

    /// What the model is evaluated for.
    public private(set) var mode: Mode
    /// The running moments after this pass.
    public private(set) var buffers: Buffers
    /// The activations at the model's named places, by name.
    public private(set) var taps: [String: Variable] = [:]
    /// What computes the activations that few ask for, by the names of their places.
    private var lateTaps: [String: LateActivation] = [:]
    /// Whether these can be asked for; the pass then holds what they are computed of.
    public var keepsLateTaps = true
    /// The activations at all named places, computed or not.
    public var activations: Activations { Activations(ready: taps, late: lateTaps) }
    /// The function by which the layer at a named place ends; places without one are absent.
    public private(set) var tapFunctions: [String: Activation] = [:]
    /// The fewest values for each channel that a batch normalization of the pass had; nil for none.
    public private(set) var fewestNormalized: Int?
    /// Whether every batch normalization also compares the moments of its input with its running
    /// ones, for ``momentDistances``. The pass computes the same otherwise.
    ///
    /// - Precondition: the pass is one of evaluation.
    public var notesMoments = false {
        willSet { precondition(!newValue || mode == .evaluation, "a pass that trains") }
    }
    /// The samples whose moments are compared; nil for all.
    public var notedRows: Range<Int>?
    /// Which candidate each choice of a supernet computes; nil draws them while training, each
    /// alike probable, and takes the first in evaluation.
    public var path: [Int]?
    /// The numbers of the parameters of the candidates that were not chosen.
    public private(set) var leftOut: Set<Int> = []
    /// Whether running moments become the mean over the batches of their layer, the one that
    /// begins them included, in place of following the last ones.
    public var averagesMoments = false
    /// What a decoder has read before the tokens of the pass; nil where these begin a sequence.
    public var decoding: DecodingCache?
    private var distances: [Int: Variable] = [:]
    /// What stands before the weights and inputs of quantised layers, by the numbers of the
    /// weights; see ``QuantizedNetwork``.
    var quantizers: [Int: any LayerQuantizer] = [:]
    /// The layers that compute with integers, by the numbers of their weights; for evaluation.
    var integerLayers: [Int: IntegerLayer] = [:]
    /// The parameters that began with this pass, by their numbers; the next step starts from them.
    public private(set) var started: [Int: Tensor] = [:]
    private var leaves: [Variable]
    private let tape: Tape?
    private let key: RandomKey
    private var draws = 0
    private var isFrozen = false

    /// - Parameters:
    ///   - tape: records the pass for gradients in the parameters; nil for a pass without.
    ///   - key: determines dropout.
    public init(
        _ mode: Mode, parameters: Parameters, buffers: Buffers, tape: Tape? = nil,
        key: RandomKey
    ) {
        self.mode = mode
        self.buffers = buffers
        self.tape = tape
        self.key = key
        leaves = parameters.slots.map { slot in
            tape?.leaf(parameters[slot]) ?? Variable(parameters[slot])
        }
    }

    /// The parameter of a number that ``ModelBuilder`` gave out; in a frozen part as a constant.
    public func parameter(_ number: Int) -> Variable {
        isFrozen ? leaves[number].detached : leaves[number]
    }

    /// Runs a part that training leaves as it is: its parameters are constants, and it
    /// computes as in evaluation. A pass that is metered records its operations like any others.
    public func frozen(_ part: (ForwardPass) -> Variable) -> Variable {
        let before = (mode, isFrozen)
        (mode, isFrozen) = (.evaluation, tape?.meter == nil)
        defer { (mode, isFrozen) = before }
        return part(self)
    }

    /// A parameter of one number that begins with a training pass, since its first value follows
    /// from a batch: 0 until then.
    ///
    /// - Parameter first: computes the first value.
    /// - Returns: nil in evaluation where it has not begun.
    func parameter(_ number: Int, startingAt first: () -> Tensor) -> Variable? {
        guard leaves[number].value.scalar == 0 else { return leaves[number] }
        guard mode == .training else { return nil }
        let value = first()
        leaves[number] = tape?.leaf(value) ?? Variable(value)
        started[number] = value
        return leaves[number]
    }

    /// The candidate that a choice computes in this pass.
    func chosen(_ number: Int, of candidates: Int) -> Int {
        if let path { return path[number] }
        guard mode == .training else { return 0 }
        return key.child("path").integer(below: candidates, at: number)
    }

    /// Notes parameters of candidates that are not chosen: a step leaves them as they are.
    func leaveOut(_ parameters: Range<Int>) { leftOut.formUnion(parameters) }

    /// Evaluates further samples by the same parameters, whose gradients add up over all samples.
    /// Batch normalization takes their own moments, and the taps are theirs from now on.
    ///
    /// - Parameter movesMoments: whether the running moments follow these samples too.
    public func again(
        movesMoments: Bool, _ network: (ForwardPass) -> Variable
    ) -> Variable {
        let before = buffers
        defer { if !movesMoments { buffers = before } }
        return network(self)
    }

    /// A fresh random key for each operation that draws.
    public func nextKey() -> RandomKey {
        defer { draws += 1 }
        return key.child(draws)
    }

    /// Names an activation, so that it can be summarised as knowledge.
    ///
    /// - Parameter function: by which the layer ends, perhaps with a pooling behind it; nil for one
    ///   without: what imitates the activation ends by the same.
    public func tap(_ name: String, _ activation: Variable, after function: Activation?) {
        taps[name] = activation
        tapFunctions[name] = function
    }

    /// Names an activation without a function behind it that is computed when somebody asks for it.
    ///
    /// - Parameters:
    ///   - shape: without the sample dimension; nil where it is known from the activation alone.
    ///   - activation: computes it; holds what it needs of the pass, not the pass.
    public func tap(
        _ name: String, of shape: [Int]? = nil, whenAsked activation: @escaping () -> Variable
    ) {
        guard keepsLateTaps else { return }
        lateTaps[name] = LateActivation(shape: shape, compute: activation)
    }

    /// Removes the names of activations within the parts that a model is made of.
    func clearTaps() {
        (taps, lateTaps, tapFunctions) = ([:], [:], [:])
    }

    /// Notes how many values for each channel a batch normalization has.
    func noteNormalized(_ count: Int) { fewestNormalized = min(fewestNormalized ?? count, count) }

    /// How far the moments of the batch are from the running ones, L×2: for each batch
    /// normalization that the pass reached ‖mean − running mean‖₂ and
    /// ‖biased variance − running variance‖₂ over the channels of its input, in the order in which
    /// the model declares its layers (*Dreaming to Distill*, Yin et al. 2020). Differentiable; of a
    /// layer that is used several times the last input counts.
    ///
    /// Nil unless ``notesMoments`` was set, and where the model has no batch normalization.
    public var momentDistances: Variable? {
        distances.isEmpty
            ? nil : .concatenating(distances.sorted { $0.key < $1.key }.map(\.value))
    }

    /// Compares the moments of a batch normalization's input with its running ones, where
    /// ``notesMoments`` asks for it.
    ///
    /// - Parameter number: that ``ModelBuilder`` gave out for the running moments.
    func noteMoments(_ number: Int, of x: Variable, _ running: Kernels.BatchMoments) {
        guard notesMoments else { return }
        let noted = notedRows.map(x.rows) ?? x
        distances[number] = noted.momentDistances(from: running)
    }

    /// Changes the range of a number that ``ModelBuilder`` gave out.
    func updateRange(_ number: Int, _ body: (inout Buffers.Range) -> Void) {
        body(&buffers.ranges[number])
    }

    /// Changes the running moments of a number that ``ModelBuilder`` gave out.
    func updateMoments(_ number: Int, _ body: (inout Buffers.Channels) -> Void) {
        body(&buffers.layers[number])
    }

    /// Removes the gradients of all parameters, before the gradient of another scalar is computed.
    public func clearGradients() {
        for leaf in leaves { leaf.node?.clearGradient() }
    }

    /// Takes no more gradients in the parameters: what is played back from now on is of other
    /// leaves, and computes none in the weights of convolutions and linear layers.
    public func settle() {
        for leaf in leaves { leaf.node?.isSettled = true }
    }

    /// The gradients of all parameters after the tape was played back; laid out as the store is,
    /// with zeros where the loss does not depend on a parameter.
    public func gradients(of parameters: Parameters) -> Tensor {
        Parameters(parameters.slots) { leaves[$0].gradient }.flat
    }
}

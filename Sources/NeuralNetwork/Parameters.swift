import Bytes
import Kernels

/// How a parameter begins.
public enum Initialization: Hashable, Sendable {
    /// The same value everywhere.
    case constant(Float)
    /// Uniform in ±bound: PyTorch's default for linear and convolution layers has the bound
    /// 1/√fan-in, for weights (Kaiming with a = √5) and biases alike.
    case uniform(bound: Float)
    /// Normal with mean 0, by the Box-Muller transform.
    case normal(standardDeviation: Float)
}

/// A named slice of the flat store.
public struct ParameterSlot: Hashable, Sendable {
    /// As PyTorch's `state_dict` names it.
    public let name: String
    /// Its extents, row-major.
    public let shape: [Int]
    /// How its numbers begin.
    public let initialization: Initialization
    /// Where it begins in the store, a multiple of 16 floats.
    public let offset: Int

    /// How many numbers it has.
    public var count: Int { shape.reduce(1, *) }
    var range: Range<Int> { offset..<offset + count }
}

/// All parameters of a model in one flat array: a value, so that a copy is a snapshot.
public struct Parameters: Sendable {
    /// The slices, by the numbers that ``ModelBuilder`` gave out.
    public let slots: [ParameterSlot]
    /// The store; slots begin at multiples of 16 and what lies between is zero.
    public private(set) var flat: Tensor

    /// A store of zeros.
    public init(zerosFor slots: [ParameterSlot]) {
        self.init(slots) { _ in nil }
    }

    /// A store of given values; a slot without any holds zeros.
    init(_ slots: [ParameterSlot], values: (_ slot: Int) -> Tensor?) {
        let count = slots.last.map { ($0.range.upperBound + 15) & ~15 } ?? 0
        var floats = Floats(uninitialized: count)
        var end = 0
        for (number, slot) in slots.enumerated() {
            guard let value = values(number) else { continue }
            precondition(value.shape == slot.shape, "\(slot.name) has the shape \(slot.shape)")
            floats.fill(end..<slot.offset, with: 0)
            floats.replace(at: slot.offset, with: value.floats)
            end = slot.range.upperBound
        }
        floats.fill(end..<count, with: 0)
        self.slots = slots
        flat = Tensor(shape: [count], floats: floats)
    }

    /// Initial values, each slot's numbers from the key's child of its name.
    public init(initializing slots: [ParameterSlot], key: RandomKey) {
        self.init(zerosFor: slots)
        for slot in slots {
            let child = key.child(slot.name)
            self[slot] = Tensor(
                shape: slot.shape,
                values: (0..<slot.count).map { slot.initialization.value(at: $0, of: child) })
        }
    }

    /// How many numbers are learned, without the padding between slots.
    public var count: Int { slots.reduce(0) { $0 + $1.count } }

    /// The values of one slot.
    public subscript(slot: ParameterSlot) -> Tensor {
        get { Tensor(shape: slot.shape, floats: flat.floats[slot.range]) }
        set {
            precondition(newValue.shape == slot.shape, "\(slot.name) has the shape \(slot.shape)")
            flat.update { $0.replace(at: slot.offset, with: newValue.floats) }
        }
    }

    /// Changes the whole store in one pass.
    public mutating func update<Result>(_ body: (inout Tensor) -> Result) -> Result {
        body(&flat)
    }
}

extension Initialization {
    func value(at index: Int, of key: RandomKey) -> Float {
        switch self {
        case .constant(let value): value
        case .uniform(let bound): (2 * key.uniform(at: index) - 1) * bound
        case .normal(let standardDeviation): standardDeviation * key.normal(at: index)
        }
    }
}

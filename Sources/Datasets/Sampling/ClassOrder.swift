import Bytes
import NeuralNetwork

/// The order of a stream whose samples are drawn by class, in groups of k of one class.
///
/// The n_c samples of class c have a sequence of their own: turn after turn, each a permutation of
/// all of them. Group g of the class is the elements g·k ..< (g + 1)·k of that sequence, and epoch
/// e has its groups ⌊e·n_c/k⌋ ..< ⌊(e + 1)·n_c/k⌋: in any k epochs from a multiple of k on, each
/// sample is drawn exactly k times. The groups of a class are spread evenly over an epoch.
/// `Sampler.md` has the definition and the test vectors.
struct ClassOrder: Sendable {
    let groups: ClassGroups
    /// The samples of each class, ascending by place.
    private let members: [Int: [Int]]
    private let labels: [Int]
    private let key: RandomKey
    private var recentEpochs: [(epoch: Int, samples: [Int])] = []
    private var recentTurns: [Int: [(turn: Int, order: [Int])]] = [:]

    /// - Parameters:
    ///   - samples: of the stream.
    ///   - key: of the stream.
    init(_ samples: [Int], _ groups: ClassGroups, key: RandomKey) {
        precondition(samples.count == groups.labels.count, "each sample has a class")
        self.groups = groups
        self.key = key
        members = Dictionary(grouping: zip(samples, groups.labels), by: \.1)
            .mapValues { $0.map(\.0) }
        labels = members.keys.sorted()
    }

    /// The samples at some positions of the stream, and the epoch of each.
    mutating func draw(_ positions: Range<Int>) -> (samples: [Int], epochs: [Int]) {
        var (samples, epochs): ([Int], [Int]) = ([], [])
        var epoch = positions.lowerBound / groups.labels.count
        var (first, next) = (start(of: epoch), start(of: epoch + 1))
        while samples.count < positions.count {
            let drawn = positions.clamped(to: first..<next)
            if !drawn.isEmpty {
                let all = self.samples(of: epoch)
                samples += all[drawn.lowerBound - first..<drawn.upperBound - first]
                epochs += drawn.map { _ in epoch }
            }
            epoch += 1
            (first, next) = (next, start(of: epoch + 1))
        }
        return (samples, epochs)
    }

    /// The first position of an epoch: at most the number of samples times the epoch.
    private func start(of epoch: Int) -> Int {
        members.values.reduce(0) { $0 + epoch * $1.count / groups.size } * groups.size
    }

    private mutating func samples(of epoch: Int) -> [Int] {
        if let known = recentEpochs.last(where: { $0.epoch == epoch }) { return known.samples }
        var drawn: [(time: Double, label: Int, group: Int)] = []
        for label in labels {
            let count = members[label, default: []].count
            let numbers = epoch * count / groups.size..<(epoch + 1) * count / groups.size
            let offset = Double(key.child("classes").child(epoch).bits(at: label) >> 11) * 0x1p-53
            for (place, group) in numbers.enumerated() {
                drawn.append(((Double(place) + offset) / Double(numbers.count), label, group))
            }
        }
        drawn.sort { ($0.time, $0.label) < ($1.time, $1.label) }
        let samples = drawn.flatMap { group($0.group, of: $0.label) }
        recentEpochs = recentEpochs.suffix(1) + [(epoch, samples)]
        return samples
    }

    private mutating func group(_ number: Int, of label: Int) -> [Int] {
        let count = members[label, default: []].count
        return (number * groups.size..<(number + 1) * groups.size).map { place in
            order(of: label, turn: place / count)[place % count]
        }
    }

    /// A permutation of the samples of a class. A group that began in the turn before is completed
    /// by samples that are not in it yet.
    private mutating func order(of label: Int, turn: Int) -> [Int] {
        let known = recentTurns[label, default: []].last { $0.turn == turn }
        if let known { return known.order }
        let members = members[label, default: []]
        let places = key.child("class").child(label).child(turn)
            .shuffled(Array(members.indices))
        var order = places.map { members[$0] }
        let begun = turn * members.count % groups.size
        if begun > 0 {
            let taken = Set(self.order(of: label, turn: turn - 1).suffix(begun))
            let first = order.filter { !taken.contains($0) }.prefix(groups.size - begun)
            order = first + order.filter { !first.contains($0) }
        }
        recentTurns[label] = recentTurns[label, default: []].suffix(1) + [(turn, order)]
        return order
    }
}

import CohortGraph
import NeuralNetwork

/// What a block imitates: a stage of a teacher, between two of its maps.
public struct BlockTerm: Sendable {
    /// What the term is called in reports: the loss, who teaches, and the taps.
    public let name: String
    let group: EdgeGroup
    /// The maps as they travel, each flattened, one after another.
    private let offer: KnowledgeOffer
    /// C×H×W of the map that is given and of the one that is imitated, or of the latter alone.
    private let shapes: [[Int]]

    /// - Parameter shapes: of the teacher's maps: the input's, unless it is images, and the
    ///   output's.
    /// - Precondition: there are one or two, as many as the group names taps.
    public init(_ group: EdgeGroup, name: String, offer: KnowledgeOffer, shapes: [[Int]]) {
        precondition((1...2).contains(shapes.count) && shapes.count == group.edge.taps.from.count)
        (self.group, self.name, self.offer, self.shapes) = (group, name, offer, shapes)
    }

    /// Whether it is given images in place of a map.
    var isFirst: Bool { shapes.count == 1 }

    /// The map that is given, nil for images, and the one that is imitated, both N×C×H×W.
    ///
    /// - Throws: ``ExchangeFailure`` where the teacher sent something else.
    func maps(in received: ReceivedKnowledge) throws -> (input: Tensor?, target: Tensor) {
        let rows = try received.tensor(offer, of: group.from[0])
        var first = 0
        let maps = shapes.map { shape in
            defer { first += shape.reduce(1, *) }
            return rows.columns(from: first, as: shape)
        }
        return (isFirst ? nil : maps[0], maps[maps.count - 1])
    }
}

extension Tensor {
    /// As many columns of N×D from one on as make N×C×H×W.
    fileprivate func columns(from first: Int, as extents: [Int]) -> Tensor {
        let (values, width, count) = (values, shape[1], extents.reduce(1, *))
        let chosen = stride(from: first, to: values.count, by: width).flatMap { start in
            values[start..<start + count]
        }
        return Tensor(shape: [shape[0]] + extents, values: chosen)
    }
}

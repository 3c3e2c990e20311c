import CohortGraph

extension KnowledgeTensor {
    /// Values as they are, in single precision.
    ///
    /// - Precondition: `values` fills `shape`.
    public init(name: String, kind: KnowledgeKind, shape: [Int], values: [Float]) {
        self.init(
            name: name, kind: kind, shape: shape, values: values, codec: Float32Codec(),
            temperature: nil)
    }

    /// Values as a codec writes them.
    ///
    /// - Parameter temperature: of the edge, for logits; `nil` where the values are probabilities
    ///   or no responses.
    /// - Precondition: `values` fills `shape`.
    public init(
        name: String, kind: KnowledgeKind, shape: [Int], values: [Float],
        codec: any KnowledgeCodec, temperature: Float?
    ) {
        precondition(shape.reduce(1, *) == values.count, "the values do not fill \(shape)")
        self.init(
            name: name, kind: kind, shape: shape, encoding: codec.encoding,
            payload: codec.encode(values, shape: shape, temperature: temperature))
    }

    /// The values, row-major, as the payload holds them: `shape`'s product in number.
    ///
    /// Memory is taken for what a payload of the right size stands for, never for what it claims.
    /// - Throws: ``WireError`` where the payload does not fit the shape.
    public func values() throws(WireError) -> [Float] {
        let layout = try checkedLayout()
        return try encoding.format.decode(payload, layout)
    }

    /// Whether all values are finite.
    ///
    /// - Throws: ``WireError`` where the payload does not fit the shape.
    func isFinite() throws(WireError) -> Bool {
        try encoding.format.isFinite(payload, checkedLayout())
    }

    /// - Throws: ``WireError`` where the payload's size does not fit the shape.
    @discardableResult
    func checkedLayout() throws(WireError) -> ValueLayout {
        let layout = try ValueLayout(shape)
        try encoding.format.check(payload, layout)
        return layout
    }
}

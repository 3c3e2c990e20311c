/// Evenly spaced levels: whole multiples of a scale between two bounds.
public struct UniformLevels: Sendable {
    /// From one level to the next.
    public var scale: Float
    /// The lowest level as a multiple of the scale; a whole number.
    public var lowest: Float
    /// The highest level as a multiple of the scale; a whole number.
    public var highest: Float

    /// Levels of a scale above 0.
    public init(scale: Float, lowest: Int, highest: Int) {
        self.scale = scale
        self.lowest = Float(lowest)
        self.highest = Float(highest)
    }
}

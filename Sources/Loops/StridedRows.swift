/// Two arrays of one shape, walked row by row: a row is the last dimension, and the rows follow one
/// another in row-major order of the other dimensions.
///
/// A step is the number of floats from one element to the next along a dimension; 0 repeats an
/// element.
public struct StridedRows {
    /// How many dimensions there are beside the last.
    public var dimensions: Int
    /// The extent of each of these dimensions.
    public var extents: UnsafePointer<Int>
    /// The steps of each array along these dimensions.
    public var firstSteps: UnsafePointer<Int>
    /// The steps of the second array along these dimensions.
    public var secondSteps: UnsafePointer<Int>
    /// Elements of a row.
    public var width: Int
    /// The steps of each array along a row.
    public var firstStep: Int
    /// The step of the second array along a row.
    public var secondStep: Int

    /// Describes a walk; the caller keeps the memory alive.
    public init(
        dimensions: Int, extents: UnsafePointer<Int>, firstSteps: UnsafePointer<Int>,
        secondSteps: UnsafePointer<Int>, width: Int, firstStep: Int, secondStep: Int
    ) {
        self.dimensions = dimensions
        self.extents = extents
        self.firstSteps = firstSteps
        self.secondSteps = secondSteps
        self.width = width
        self.firstStep = firstStep
        self.secondStep = secondStep
    }
}

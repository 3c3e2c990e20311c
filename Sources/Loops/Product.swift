/// c = a·b, or c + a·b: matrices of any strides.
public struct Product {
    /// Where a(i, k) lies: `a + i·aRow + k·aColumn`.
    public var a: Pointer
    public var aRow: Int
    public var aColumn: Int
    /// Where b(k, j) lies: `b + k·bRow + j·bColumn`.
    public var b: Pointer
    public var bRow: Int
    public var bColumn: Int
    /// Where c(i, j) lies: `c + i·cRow + j`.
    public var c: Pointer
    public var cRow: Int
    /// The inner extent.
    public var depth: Int
    public var isAdding: Bool

    public init(
        a: Pointer, aRow: Int, aColumn: Int, b: Pointer, bRow: Int, bColumn: Int,
        c: Pointer, cRow: Int, depth: Int, isAdding: Bool
    ) {
        self.a = a
        self.aRow = aRow
        self.aColumn = aColumn
        self.b = b
        self.bRow = bRow
        self.bColumn = bColumn
        self.c = c
        self.cRow = cRow
        self.depth = depth
        self.isAdding = isAdding
    }

    /// How much of the inner extent, and how many columns of b, are packed at once.
    public static let (packedDepth, packedColumns) = (256, 256)
    /// The floats of scratch memory that a product needs.
    public static let scratch = packedDepth * (packedColumns + 2 * Layout.panel)
}

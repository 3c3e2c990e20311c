/// c = a·b, or c + a·b, or bias + a·b: matrices of any strides.
public struct Product {
    /// Where a(i, k) lies: `a + i·aRow + k·aColumn`.
    public var a: Pointer
    /// Floats from one row of a to the next.
    public var aRow: Int
    /// Floats from one column of a to the next.
    public var aColumn: Int
    /// Where b(k, j) lies: `b + k·bRow + j·bColumn`.
    public var b: Pointer
    /// Floats from one row of b to the next.
    public var bRow: Int
    /// Floats from one column of b to the next.
    public var bColumn: Int
    /// Where c(i, j) lies: `c + i·cRow + j`.
    public var c: Pointer
    /// Floats from one row of c to the next.
    public var cRow: Int
    /// The inner extent.
    public var depth: Int
    /// Whether the product is added to what c holds.
    public var isAdding: Bool
    /// Added to every row, unless the product is added to c.
    public var bias: Pointer?
    /// A function of every element of the result, and where it goes: laid out as c, or c itself.
    public var activation: (function: ElementFunction, target: Pointer)?
    /// Where the sum of each row of a goes.
    public var rowSums: Pointer?

    /// Describes a product; the caller keeps the memory alive.
    public init(
        a: Pointer, aRow: Int, aColumn: Int, b: Pointer, bRow: Int, bColumn: Int,
        c: Pointer, cRow: Int, depth: Int, isAdding: Bool = false
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

    /// How much of the inner extent, of the columns of b and of the rows of a is packed at once.
    public static let (packedDepth, packedColumns, packedRows) = (256, 256, 96)
    /// The floats of scratch memory that a product needs.
    public static let scratch = packedDepth * (packedColumns + packedRows + 2 * Layout.slack)
    /// The floats of memory that a right factor needs which is packed as a whole.
    public static func packed(depth: Int, columns: Int) -> Int {
        depth * (columns + 2 * Layout.panel) + Layout.slack
    }
}

import CProcessor
import Loops

/// The columns of a product's tile: as many vectors as make the best use of a row's broadcast.
#if AVX512
    struct Panel {
        static let width = 32
        var low = Vector.zero
        var high = Vector.zero
    }

    extension Panel {
        @inline(__always)
        init(_ pointer: Pointer) {
            self.init(low: load(pointer), high: load(pointer + 16))
        }

        @inline(__always)
        func addingProduct(_ factor: Vector, _ other: Panel) -> Panel {
            Panel(
                low: low.addingProduct(factor, other.low),
                high: high.addingProduct(factor, other.high))
        }

        @inline(__always)
        func store(_ pointer: Pointer) {
            VectorLoopsAVX512.store(low, pointer)
            VectorLoopsAVX512.store(high, pointer + 16)
        }

        @inline(__always)
        func add(to pointer: Pointer) {
            VectorLoopsAVX512.store(low + load(pointer), pointer)
            VectorLoopsAVX512.store(high + load(pointer + 16), pointer + 16)
        }
    }
#else
    struct Panel {
        static let width = 16
        var vector = Vector.zero
    }

    extension Panel {
        @inline(__always)
        init(_ pointer: Pointer) {
            self.init(vector: load(pointer))
        }

        @inline(__always)
        func addingProduct(_ factor: Vector, _ other: Panel) -> Panel {
            Panel(vector: vector.addingProduct(factor, other.vector))
        }

        @inline(__always)
        func store(_ pointer: Pointer) {
            VectorLoopsAVX2.store(vector, pointer)
        }

        @inline(__always)
        func add(to pointer: Pointer) {
            VectorLoopsAVX2.store(vector + load(pointer), pointer)
        }
    }
#endif

/// Memory that will be read, and is asked for in as many steps as there is time for.
struct MemoryAhead {
    private var row: Pointer
    private var rows: Int
    private let step: Int
    /// Floats of a row, in whole lines of the cache; and where in the row it goes on.
    private let width: Int
    private var place = 0
    private let linesAtOnce: Int

    /// The memory of a matrix's part, row by row or, where its columns are apart, column by column.
    ///
    /// - Parameters:
    ///   - rowStep: floats from one row to the next.
    ///   - columnStep: floats from one column to the next.
    ///   - steps: how often ``fetch()`` will be called.
    init(
        _ start: Pointer, rows: Int, rowStep: Int, columns: Int, columnStep: Int, steps: Int
    ) {
        let isByRows = columnStep == 1
        let floats = isByRows ? columns : rows * rowStep
        let lines = (floats + Layout.panel - 1) / Layout.panel
        row = start
        self.rows = isByRows ? rows : columns
        step = isByRows ? rowStep : columnStep
        width = lines * Layout.panel
        linesAtOnce = (self.rows * lines + steps - 1) / steps
    }

    /// Asks for the next lines.
    @inline(__always)
    mutating func fetch() {
        for _ in 0..<linesAtOnce where rows > 0 {
            cohort_prefetch(row + place)
            place += Layout.panel
            if place == width {
                place = 0
                row += step
                rows -= 1
            }
        }
    }
}

/// What is read after some tiles: first what the next ones need, then what is needed after that.
struct MemoryPlan {
    var next: MemoryAhead?
    var later: MemoryAhead?
}

/// A tile of a product: the sums of up to ``panelRows`` rows of a times a panel of b, over segments
/// of `depth` terms.
///
/// a(i, k) lies at `a + i·aRow + k·aStep`, b(k) is the panel at `b + k·bStep`. The sums begin with
/// `start + i·startRow`, or with zeros; they are added to the target where that is asked for. They
/// stay in registers until the end: inlined into its callers, the compiler would keep them in
/// memory.
struct PanelTile {
    var a: Pointer
    var aRow: Int
    var aStep: Int
    var aSegment = 0
    var b: Pointer
    var bStep = Panel.width
    var bSegment = 0
    var segments = 1
    var depth: Int
    var start: Pointer?
    var startRow = 0
    var target: Pointer
    var targetRow: Int
    var isAdding = false

    @inline(never)
    func multiply(rows: Int) {
        switch rows {
        case 1: multiply(InlineArray<1, Panel>(repeating: Panel()))
        case 2: multiply(InlineArray<2, Panel>(repeating: Panel()))
        case 3: multiply(InlineArray<3, Panel>(repeating: Panel()))
        case 4: multiply(InlineArray<4, Panel>(repeating: Panel()))
        case 5: multiply(InlineArray<5, Panel>(repeating: Panel()))
        #if AVX512
            case 6: multiply(InlineArray<6, Panel>(repeating: Panel()))
            case 7: multiply(InlineArray<7, Panel>(repeating: Panel()))
        #endif
        default: multiply(TileZeros(repeating: Panel()))
        }
    }

    /// Tiles below one another, any number of rows.
    ///
    /// A tile of many terms takes long enough for memory to answer. So where there is a plan, the
    /// processor is asked for some of it with each tile, and for the targets of the next.
    ///
    /// - Parameter aTile: floats from one tile's a to the next.
    @inline(never)
    func multiply(rows: Int, aTile: Int, _ plan: inout MemoryPlan?) {
        var tile = self
        for _ in 0..<rows / panelRows {
            if plan != nil {
                plan?.next?.fetch()
                plan?.later?.fetch()
                tile.fetchNextTargets()
            }
            tile.multiply(TileZeros(repeating: Panel()))
            tile.a += aTile
            tile.target += panelRows * targetRow
            tile.start = tile.start.map { $0 + panelRows * startRow }
        }
        let rest = rows % panelRows
        if rest > 0 { tile.multiply(rows: rest) }
    }

    @inline(__always)
    private func fetchNextTargets() {
        for i in panelRows..<2 * panelRows {
            for lane in stride(from: 0, to: Panel.width, by: width) {
                cohort_prefetch_next(target + i * targetRow + lane)
            }
        }
    }

    @inline(__always)
    private func multiply<let rows: Int>(_ zeros: InlineArray<rows, Panel>) {
        var sums = zeros
        if let start {
            for i in 0..<rows { sums[i] = Panel(start + i * startRow) }
        }
        for segment in 0..<segments {
            var (a, b) = (a + segment * aSegment, b + segment * bSegment)
            for _ in 0..<depth {
                let factors = Panel(b)
                for i in 0..<rows {
                    sums[i] = sums[i].addingProduct(Vector(repeating: a[i * aRow]), factors)
                }
                a += aStep
                b += bStep
            }
        }
        if isAdding {
            for i in 0..<rows { sums[i].add(to: target + i * targetRow) }
        } else {
            for i in 0..<rows { sums[i].store(target + i * targetRow) }
        }
    }
}

/// The filters of a packed panel: as many as a panel has columns, where that divides them.
func panelWidth(_ filters: Int) -> Int { filters.isMultiple(of: Panel.width) ? Panel.width : width }

#if AVX512
    /// Rows of a panel's tile: as many as leave registers for the operands.
    let panelRows = 8
    private typealias TileZeros = InlineArray<8, Panel>
#else
    let panelRows = 6
    private typealias TileZeros = InlineArray<6, Panel>
#endif

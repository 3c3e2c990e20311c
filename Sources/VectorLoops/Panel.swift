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

/// A tile of a product: the sums of up to
/// ``panelRows`` rows of a times each of some panels of b, over segments of `depth` terms.
///
/// a(i, k) lies at `a + i·aRow + k·aStep`, b(k) is the panel at `b + k·bStep`. The sums begin with
/// `start + i·startRow`, or with zeros; they are added to the target where that is asked for. They
/// stay in registers until the end: inlined into its callers, the compiler would keep them in
/// memory. Starts and targets of the panels lie side by side, and the panels `panelStep` apart.
struct PanelTile {
    var a: Pointer
    var aRow: Int
    var aStep: Int
    var aSegment = 0
    var b: Pointer
    var bStep = Panel.width
    var bSegment = 0
    var segments = 1
    var panels = 1
    var panelStep = 0
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
            default: multiply(InlineArray<8, Panel>(repeating: Panel()))
        #else
            default: multiply(InlineArray<6, Panel>(repeating: Panel()))
        #endif
        }
    }

    @inline(__always)
    private func multiply<let rows: Int>(_ zeros: InlineArray<rows, Panel>) {
        for panel in 0..<panels {
            multiply(zeros, from: b + panel * panelStep, column: panel * Panel.width)
        }
    }

    @inline(__always)
    private func multiply<let rows: Int>(
        _ zeros: InlineArray<rows, Panel>, from panel: Pointer, column: Int
    ) {
        var sums = zeros
        if let start {
            for i in 0..<rows { sums[i] = Panel(start + column + i * startRow) }
        }
        for segment in 0..<segments {
            var (a, b) = (a + segment * aSegment, panel + segment * bSegment)
            for _ in 0..<depth {
                let factors = Panel(b)
                for i in 0..<rows {
                    sums[i] = sums[i].addingProduct(Vector(repeating: a[i * aRow]), factors)
                }
                a += aStep
                b += bStep
            }
        }
        let target = target + column
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
#else
    let panelRows = 6
#endif

import IntegerLoopsAVX2
import IntegerLoopsVNNI
import Loops
import VectorLoopsAVX2
import VectorLoopsAVX512

/// The numeric operations of the engine: the checked face of the ``Loops``.
///
/// Each function checks the sizes and numbers that it is given before any loop touches memory, in
/// every build; a wrong one is a bug of the caller, and traps. Shapes in comments are row-major.
/// Images are N×H×W×C, so that neighbouring numbers belong to neighbouring channels.
public enum Kernels {
    /// The loops for the processor's vectors.
    static let loops: any Loops.Type =
        switch Processor.vectors {
        case .avx2: VectorLoopsAVX2.VectorLoops.self
        case .avx512: VectorLoopsAVX512.VectorLoops.self
        }

    /// The loops of integers for the processor's vectors.
    static let integerLoops: any IntegerLoops.Type =
        Processor.vectors == .avx512 && Processor.hasVNNI
        ? IntegerLoopsVNNI.IntegerVectorLoops.self : IntegerLoopsAVX2.IntegerVectorLoops.self

    /// Elements that one piece of an elementwise loop covers.
    static let elementwisePiece = 1 << 16
}

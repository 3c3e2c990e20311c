import Foundation
import Testing

/// The face of the kernels refuses what is out of range, in the release build too.
@Suite(.timeLimit(.minutes(5)))
struct CheckTests {
    /// The cases' right sizes are accepted: what the wrong ones trap by is the difference.
    @Test(arguments: FaceCase.all)
    func rightSizesAreAccepted(face: FaceCase) {
        face.call(0)
    }

    @Test(arguments: FaceCase.all.indices)
    func aWrongSizeTraps(number: Int) async {
        await #expect(processExitsWith: .signal(SIGILL), "\(FaceCase.all[number])") {
            [number] in FaceCase.all[number].call(1)
        }
    }
}

import Bytes
import Testing

struct ExitCodeTests {
    private struct Unknown: Error {}

    @Test func anErrorDeterminesTheCodeOfItsProcess() {
        let missing = DiskError("read", "x", "gone", exitCode: .missingFile)
        #expect(ExitCode(of: missing) == .missingFile)
        #expect(ExitCode(of: Unknown()) == .failure)
    }

    @Test func onlyCodesAbove128StandForSignals() {
        for number in [Int32(1), 9, 15, 64] {
            #expect(ExitCode.signal(number).endingSignal == number)
        }
        for code in [0, 1, 75, 127, 128, 193, 255] {
            #expect(ExitCode(rawValue: Int32(code)).endingSignal == nil)
        }
    }
}

import Reporting
import Testing

@Suite(.timeLimit(.minutes(1))) struct ResidentMemoryTests {
    @Test func peakMemoryIsReadFromTheSystemsWords() {
        #expect(ResidentMemory.peak(in: "Name:\tx\nVmHWM:\t    1234 kB\nVmRSS: 9 kB") == 1_263_616)
        #expect(ResidentMemory.peak(in: "Name:\tx") == nil)
    }
}

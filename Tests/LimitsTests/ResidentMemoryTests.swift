import Limits
import Testing

@Suite(.timeLimit(.minutes(1))) struct ResidentMemoryTests {
    @Test func thePeakIsReadFromTheSystemsWords() throws {
        let known = try Tree(["/proc/self/status": "Name:\tx\nVmHWM:\t    1234 kB\nVmRSS: 9 kB\n"])
        #expect(known.read { ResidentMemory.peak($0) } == 1_263_616)
        let unknown = try Tree(["/proc/self/status": "Name:\tx\n"])
        #expect(unknown.read { ResidentMemory.peak($0) } == nil)
    }
}

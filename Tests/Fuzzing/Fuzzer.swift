import Foundation

/// libFuzzer, as a library: <https://llvm.org/docs/LibFuzzer.html#using-libfuzzer-as-a-library>.
enum Fuzzer {
    /// What is fuzzed; libFuzzer's callback takes nothing but bytes.
    nonisolated(unsafe) private static var decoder = Decoder.wire

    /// Feeds a decoder until libFuzzer is done.
    ///
    /// - Parameter words: the program's name and libFuzzer's own arguments.
    /// - Returns: the exit code.
    static func run(_ decoder: Decoder, words: [String]) -> CInt {
        self.decoder = decoder
        var list: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        var count = CInt(words.count)
        return list.withUnsafeMutableBufferPointer { list in
            var start = list.baseAddress
            return runDriver(&count, &start) { bytes, size in
                Fuzzer.decoder.run(Array(UnsafeBufferPointer(start: bytes, count: size)))
                return 0
            }
        }
    }
}

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
    _ callback: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

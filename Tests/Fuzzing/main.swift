// libFuzzer drives one decoder: `fuzz DECODER [libFuzzer's arguments]`; `scripts/fuzz.sh` builds
// and runs it. `fuzz --seeds FOLDER` writes the corpus' first inputs, one folder for each decoder.
import Foundation

/// Where the decoder is named when libFuzzer starts this program again, with its own arguments
/// alone.
let variable = "COHORT_FUZZ_DECODER"
let words = CommandLine.arguments

if words.count == 3, words[1] == "--seeds" {
    try Seeds.write(to: words[2])
} else if let decoder = words.dropFirst().first.flatMap(Decoder.init(rawValue:)) {
    setenv(variable, decoder.rawValue, 1)
    exit(Fuzzer.run(decoder, words: [words[0]] + words.dropFirst(2)))
} else if let decoder = ProcessInfo.processInfo.environment[variable].flatMap(
    Decoder.init(rawValue:))
{
    exit(Fuzzer.run(decoder, words: words))
} else {
    let known = Decoder.allCases.map(\.rawValue).joined(separator: ", ")
    print("fuzz DECODER [libFuzzer's arguments]; DECODER is one of \(known)")
    exit(64)
}

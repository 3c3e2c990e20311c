// libFuzzer drives one decoder: `fuzz DECODER [libFuzzer's arguments]`; `scripts/fuzz.sh` builds and
// runs it. `fuzz --seeds FOLDER` writes the corpus' first inputs, one folder for each decoder.
import Foundation

let words = CommandLine.arguments
if words.count == 3, words[1] == "--seeds" {
    try Seeds.write(to: words[2])
} else if words.count > 1, let decoder = Decoder(rawValue: words[1]) {
    exit(Fuzzer.run(decoder, words: [words[0]] + words.dropFirst(2)))
} else {
    let known = Decoder.allCases.map(\.rawValue).joined(separator: ", ")
    print("fuzz DECODER [libFuzzer's arguments]; DECODER is one of \(known)")
    exit(64)
}

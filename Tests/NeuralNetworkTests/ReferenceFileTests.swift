import Bytes
import Foundation
import ReferenceNumbers
import Testing

/// Files of weights from elsewhere.
@Suite(.timeLimit(.minutes(1)))
struct ReferenceFileTests {
    /// The fixtures come from the Rust library by way of Python.
    @Test(arguments: ["operations", "training-rules", "resnet8", "plain-cnn"])
    func fixturesAreWrittenAsTheyWere(name: String) throws {
        let url = try ReferenceCase.url(of: "\(name).safetensors")
        let file = try SafeTensorsFile(contentsOf: url)
        #expect(file.encoded() == [UInt8](try Data(contentsOf: url)))
    }
}

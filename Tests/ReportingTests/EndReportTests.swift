import Bytes
import Reporting
import Testing

@Suite(.timeLimit(.minutes(1))) struct EndReportTests {
    private func end(_ exitCode: ExitCode, departed: String? = nil) -> EndReport {
        EndReport(
            step: 4, seconds: 1, testAccuracy: nil, weightsSHA256: "", exitCode: exitCode,
            departed: departed)
    }

    @Test func aFailureBeginsWithTheOneThatLeft() {
        let ends = [
            "a": end(.unavailable, departed: "b"), "b": end(.unavailable, departed: "c"),
            "c": end(.failure), "d": end(.success),
        ]
        for name in ["a", "b", "c"] {
            #expect(EndReport.origin(ofFailure: name, among: ends) == "c")
        }
    }

    @Test func oneOfWhomNothingIsKnownIsNotBlamed() {
        #expect(
            EndReport.origin(ofFailure: "a", among: ["a": end(.unavailable, departed: "x")]) == "a")
        #expect(EndReport.origin(ofFailure: "a", among: [:]) == "a")
    }

    @Test func twoThatBlameEachOtherAreAnEnd() {
        let ends = ["a": end(.unavailable, departed: "b"), "b": end(.unavailable, departed: "a")]
        #expect(["a", "b"].contains(EndReport.origin(ofFailure: "a", among: ends)))
    }
}

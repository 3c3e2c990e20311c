import Analysis
import Testing

/// Student's t against SciPy 1.17.1:
///
/// ```python
/// from scipy.stats import t
/// for n in [1, 2, 4, 9, 29, 1000]:
///     print(n, [float(t.ppf((1 + c) / 2, n)) for c in [0.2, 0.9, 0.95, 0.99, 0.999]])
/// print([float(2 * t.sf(x, n)) for n, x in [(1, 0.1), (2, 2.5), (4, 3.7), (9, 12), (100, 1e-3)]])
/// ```
struct StudentTTests {
    @Test(arguments: [
        (
            1,
            [
                0.32491969623290634, 6.313751514675037, 12.706204736174694, 63.656741162871526,
                636.6192487687897,
            ]
        ),
        (
            2,
            [
                0.2886751345948128, 2.9199855803537242, 4.302652729749462, 9.924843200918287,
                31.599054576445365,
            ]
        ),
        (
            4,
            [
                0.2707222947075976, 2.1318467863266495, 2.7764451051977934, 4.604094871349992,
                8.610301581379522,
            ]
        ),
        (
            9,
            [
                0.260955336473911, 1.833112932656237, 2.262157162798205, 3.249835541592126,
                4.780912585931217,
            ]
        ),
        (
            29,
            [
                0.25568363457125604, 1.6991270265334972, 2.045229642132703, 2.756385903670605,
                3.6594050194663748,
            ]
        ),
        (
            1000,
            [
                0.25341451583949876, 1.6463788172854643, 1.9623390808264083, 2.580754698065951,
                3.300282648423944,
            ]
        ),
    ])
    func criticalValuesAreThoseOfSciPy(degrees: Int, wanted: [Double]) {
        let distribution = StudentT(degreesOfFreedom: degrees)
        for (confidence, wanted) in zip([0.2, 0.9, 0.95, 0.99, 0.999], wanted) {
            let found = distribution.critical(confidence)
            #expect(abs(found / wanted - 1) < 1e-11, "\(confidence): \(found)")
        }
    }

    @Test(arguments: [
        (1, 0.1, 0.936548965138893),
        (2, 2.5, 0.12961172022151082),
        (4, 3.7, 0.020835429490449902),
        (9, 12.0, 7.699886222985653e-07),
        (100, 0.001, 0.9992041077601035),
    ])
    func tailsAreThoseOfSciPy(degrees: Int, t: Double, wanted: Double) {
        for sign in [1.0, -1] {
            let found = StudentT(degreesOfFreedom: degrees).tails(beyond: sign * t)
            #expect(abs(found / wanted - 1) < 1e-11, "\(found)")
        }
    }

    @Test func theEndsAreExact() {
        let distribution = StudentT(degreesOfFreedom: 3)
        #expect(distribution.tails(beyond: 0) == 1)
        #expect(distribution.tails(beyond: .infinity) == 0)
    }
}

import Distillation
import Foundation
import Options
import Testing

/// The costs of votes against `scripts/reference/privacy.py`, which computes them in 60 digits.
@Suite(.timeLimit(.minutes(1)))
struct PrivacyAccountantTests {
    private struct Cases: Decodable {
        struct Laplace: Decodable {
            let votes: [Int]
            let scale: Double
            let logQ: Double
            let orders: [Double]
            let moments: [Double]
            let whatever: [Double]
        }
        struct Normal: Decodable {
            let votes: [Int]
            let sigma: Double
            let threshold: Double?
            let logQ: Double
            let orders: [Double]
            let divergences: [Double]
        }
        struct Spent: Decodable {
            let queries: Int
            let scale: Double?
            let answers: Int?
            let sigma1: Double?
            let sigma2: Double?
            let delta: Double
            let epsilon: Double
        }
        let laplace: [Laplace]
        let normal: [Normal]
        let threshold: [Normal]
        let spent: [Spent]
    }

    private let cases: Cases

    init() throws {
        let resources = try #require(Bundle.module.resourceURL)
        let data = try Data(contentsOf: resources.appending(path: "Fixtures/privacy.json"))
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        cases = try decoder.decode(Cases.self, from: data)
    }

    private func expect(_ found: Double, _ expected: Double, _ what: String) {
        #expect(abs(found - expected) <= 1e-9 * max(abs(expected), 1e-3), "\(what): \(found)")
    }

    @Test func momentsAgree() {
        for example in cases.laplace {
            let logQ = VoteBounds.logMiss(laplace: example.votes, scale: example.scale)
            expect(logQ, example.logQ, "\(example.votes)")
            for (place, order) in example.orders.enumerated() {
                let gamma = 1 / example.scale
                expect(
                    VoteBounds.moment(logQ, gamma: gamma, order: order), example.moments[place],
                    "\(example.votes) at \(order)")
                expect(
                    VoteBounds.moment(gamma: gamma, order: order), example.whatever[place],
                    "\(order)")
            }
        }
    }

    @Test func divergencesAgree() {
        for example in cases.normal {
            let logQ = VoteBounds.logMiss(normal: example.votes, sigma: example.sigma)
            expect(logQ, example.logQ, "\(example.votes)")
            expectDivergences(logQ, sigma: example.sigma, example)
        }
        for example in cases.threshold {
            let most = Double(example.votes.max() ?? 0)
            let logQ = VoteBounds.logRarer(
                ofPassing: example.threshold ?? 0, with: most, sigma: example.sigma)
            expect(logQ, example.logQ, "\(example.votes) of \(example.threshold ?? 0)")
            expectDivergences(logQ, sigma: example.sigma * 2.0.squareRoot(), example)
        }
    }

    private func expectDivergences(_ logQ: Double, sigma: Double, _ example: Cases.Normal) {
        for (place, order) in example.orders.enumerated() {
            expect(
                VoteBounds.divergence(logQ, sigma: sigma, order: order),
                example.divergences[place], "\(example.votes), σ \(sigma), order \(order)")
        }
    }

    /// ε of many queries; 100 at γ 0.1 and δ 1e-5 are those of PySyft's tutorial: 11.756.
    @Test func whatIsSpentAgrees() throws {
        for example in cases.spent {
            var options = ["delta": "\(example.delta)"]
            if let scale = example.scale { options["scale"] = "\(scale)" }
            if let sigma = example.sigma1 { options["sigma1"] = "\(sigma)" }
            if let sigma = example.sigma2 { options["sigma2"] = "\(sigma)" }
            let name = example.scale == nil ? "confident-gnmax" : "lnmax"
            let vote = try Combinations.registry.make(name, options: setting(options))
            let memory = TermMemory(
                encoded: Array(
                    """
                    {"answers": {}, "spent": {"answers": \(example.answers ?? example.queries),
                     "byVotes": [], "queries": \(example.queries)}}
                    """.utf8))
            let spent = try #require(try vote.privacySpent(in: memory))
            expect(spent.epsilon, example.epsilon, "\(example.queries) queries")
            #expect(spent.queries == example.queries)
        }
    }

    @Test func thePublishedFigureIsAmongThem() {
        #expect(cases.spent.contains { abs($0.epsilon - 11.756462732485115) < 1e-12 })
    }
}

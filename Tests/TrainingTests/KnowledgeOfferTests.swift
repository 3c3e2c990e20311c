import CohortGraph
import Distillation
import Exchange
import NeuralNetwork
import Options
import Testing
import Training

/// What travels for an edge, under which name.
@Suite(.timeLimit(.minutes(1))) struct KnowledgeOfferTests {
    private static func topK(_ k: Int) -> Setting {
        let value = Setting(unwritten: .scalar("\(k)", isQuoted: false))
        return Setting(
            unwritten: .map([Setting.Entry(key: "k", position: .unwritten, value: value)]))
    }

    private func edge(
        _ temperature: Double = 1, _ form: EdgeOptions.Form = .logits, codec: String = "fp32",
        k: Int? = nil, taps: [String] = []
    ) -> EdgeOptions {
        var edge = EdgeOptions(
            loss: "kd", taps: Taps(from: taps, to: taps), temperature: temperature, form: form,
            codec: codec)
        if let k { edge.codec = NamedOptions(name: codec, options: Self.topK(k)) }
        return edge
    }

    @Test func namesSayWhatIsInside() throws {
        func name(_ edge: EdgeOptions, _ summary: Summary = .logits) throws -> String {
            try KnowledgeOffer(edge, summary: summary).name
        }
        #expect(try name(edge()) == "logits")
        // Logits are the same at every temperature; what is kept of them by top-k is not.
        #expect(try name(edge(4)) == "logits")
        #expect(try name(edge(4, codec: "int8")) == "logits:int8")
        #expect(try name(edge(4, codec: "top-k", k: 2)) == "logits:top-k=2@4")
        #expect(try name(edge(4, .probabilities)) == "probabilities@4")
        #expect(try name(edge(2.5, .probabilities)) == "probabilities@2.5")
        #expect(try name(edge(4, .probabilities, codec: "fp16")) == "probabilities@4:fp16")
        #expect(
            try name(edge(4, .probabilities, codec: "top-k", k: 2)) == "probabilities@4:top-k=2")
        #expect(try name(edge(taps: ["layer3"]), .map) == "layer3/map")
        #expect(try name(edge(taps: ["x", "y"]), .flow) == "x+y/flow")
        #expect(try name(edge(taps: ["x"]), .similarity) != name(edge(taps: ["x"]), .map))
    }

    @Test(
        arguments: [("fp32", nil), ("fp16", nil), ("int8", nil), ("top-k", 3)] as [(String, Int?)])
    func payloadsAreAsLongAsForeseen(codec: String, k: Int?) throws {
        let edge = edge(4, codec: codec, k: k)
        let writer = try Codecs.registry.make(codec, options: edge.codec.options)
        for samples in [1, 2, 7] {
            let values = (0..<samples * 10).map { Float($0 % 7) }
            let payload = writer.encode(values, shape: [samples, 10], temperature: 4)
            #expect(
                try KnowledgeOffer(edge, summary: .logits).payloadBytes(of: [samples, 10])
                    == payload.count)
        }
    }

    @Test func temperaturesAreToldApart() throws {
        let heats = [0.5, 1, 4.05, 4.5, 10, 10.0625, 45, 450, 100]
        let names = try heats.map {
            try KnowledgeOffer(edge($0, .probabilities), summary: .logits).name
        }
        #expect(Set(names).count == heats.count, "\(names)")
    }

    /// t teaches s for two steps over an edge.
    private func cohort(_ edge: EdgeOptions) -> TestCohort {
        TestCohort.plain(
            [.init(name: "t", steps: 0), .init(name: "s", steps: 2)],
            [EdgeGroup(from: ["t"], to: "s", edge)])
    }

    private func sent(_ trained: [String: Trained]) throws -> [KnowledgeTensor] {
        try #require(trained["t"]).published.filter { $0.round == .before }.flatMap(\.tensors)
    }

    @Test func logitsTravelAsTheyAre() throws {
        let cohort = cohort(edge(4))
        let tensors = try sent(cohort.train())
        let hand = try ByHand(cohort)
        #expect(tensors.map(\.name) == ["logits", "logits"])
        for (step, tensor) in tensors.enumerated() {
            #expect((tensor.kind, tensor.shape) == (.response, [6, 3]))
            #expect(try tensor.values() == hand.logits(of: "t", at: step).value.values)
        }
    }

    /// The student cannot tell them from logits, but for rounding.
    @Test func probabilitiesTeachWhatLogitsTeach() throws {
        let (plain, soft) = (cohort(edge(4)), cohort(edge(4, .probabilities)))
        let hand = try ByHand(soft)
        let trained = try soft.train()
        for (step, tensor) in try sent(trained).enumerated() {
            #expect((tensor.name, tensor.kind) == ("probabilities@4", .response))
            let expected = (hand.logits(of: "t", at: step) / 4).softmax().value.values
            #expect(try zip(tensor.values(), expected).allSatisfy { abs($0 - $1) < 1e-6 })
        }
        let (one, other) = (
            try #require(try plain.train()["s"]), try #require(trained["s"])
        )
        #expect(other.error == nil && one.state.parameters.isClose(to: other.state.parameters))
    }

    /// Whatever codec an edge names, its knowledge passes the receiver's checks, and the log says
    /// what it costs: the divergence of what arrives from what was meant.
    @Test(arguments: Codecs.registry.names, [EdgeOptions.Form.logits, .probabilities])
    func everyCodecTeachesAndSaysWhatItCosts(codec: String, form: EdgeOptions.Form) throws {
        let edge = edge(2, form, codec: codec, k: codec == "top-k" ? 1 : nil)
        guard codec != "int8" || form == .logits else {
            // Rounded, a sample's no longer add up to 1, and a receiver would refuse them.
            #expect(throws: SettingError.self) { try KnowledgeOffer(edge, summary: .logits) }
            return
        }
        let cohort = cohort(edge)
        let trained = try cohort.train()
        #expect(trained["s"]?.error == nil && trained["t"]?.error == nil)
        let report = try #require(trained["t"]?.intervals.last)
        guard !["auto", "fp32"].contains(codec) else {
            #expect(report.codecErrors.isEmpty)
            return
        }
        let hand = try ByHand(cohort)
        let errors = try sent(trained).enumerated().map { step, tensor in
            let arrived = Variable(Tensor(shape: tensor.shape, values: try tensor.values()))
            let logits = form == .logits ? arrived / 2 : arrived.map(.atLeast(1e-30)).log()
            let exact = (hand.logits(of: "t", at: step) / 2).logSoftmax()
            return (exact.exp() * (exact - logits.logSoftmax())).sum().value.scalar / 6
        }
        let found = try #require(report.codecErrors.values.first)
        #expect(abs(Float(found) - errors.reduce(0, +) / 2) < 1e-6)
        #expect(found < 0.1 && (found > 1e-3 || codec != "top-k"))
    }

    /// Votes are zeros and ones, and by the one codec that may carry them cost nothing.
    @Test func votesArriveAsTheyAre() throws {
        let cohort = cohort(edge(1, .votes))
        let trained = try cohort.train()
        #expect(trained["s"]?.error == nil && trained["t"]?.error == nil)
        #expect(trained["t"]?.intervals.last?.codecErrors.isEmpty == true)
        let hand = try ByHand(cohort)
        for (step, tensor) in try sent(trained).enumerated() {
            let votes = Tensor(shape: tensor.shape, values: try tensor.values())
            #expect(tensor.name == "votes")
            #expect(votes.argmax == hand.logits(of: "t", at: step).value.argmax)
            #expect(votes.values.filter { $0 == 1 }.count == 6)
            #expect(votes.values.allSatisfy { $0 == 0 || $0 == 1 })
        }
    }

    /// Summaries of features travel by the same codecs; their error is relative.
    @Test func featuresTravelInFewerBytes() throws {
        var edge = EdgeOptions(
            loss: "hint", knowledge: .feature, taps: Taps(from: ["features"], to: ["features"]))
        func bytes(_ trained: [String: Trained]) throws -> Int {
            try sent(trained).reduce(0) { $0 + $1.payload.count }
        }
        let exact = try cohort(edge).train()
        edge.codec = NamedOptions(name: "int8")
        let packed = try cohort(edge).train()
        #expect(try sent(packed).map(\.name) == ["features/map:int8", "features/map:int8"])
        #expect(try bytes(packed) * 2 < bytes(exact))
        let error = try #require(packed["t"]?.intervals.last?.codecErrors["features/map:int8"])
        #expect(error > 0 && error < 0.01)
    }
}

import Bytes

/// What a learner is and trains on: what two neighbours must agree on before they exchange.
public struct ExchangeIdentity: Hashable, Sendable {
    /// The learner's name and the run it belongs to, as in every header.
    public var sender: Sender
    /// The number of classes of the task.
    public var classes: Int
    /// The first 64 bits of a SHA-256 over what fixes the order of the samples.
    public var sampleOrderDigest: UInt64
    /// The first 64 bits of a SHA-256 of the labels of the common samples; 0 where there are none.
    public var labelDigest: UInt64 = 0
    /// The first 64 bits of a SHA-256 of the test samples and their labels; 0 where there are none.
    public var testDigest: UInt64 = 0
    /// The number of steps for which each learner of the cohort learns; 0 for one that does not.
    public var steps: [String: Int] = [:]
    /// The settings behind the configuration's digest.
    public var settings = AgreedSettings()
    /// The program and its version, for messages.
    public var product: String

    /// What it declares when it greets a student.
    package var greeting: Greeting {
        Greeting(
            classes: classes, sampleOrderDigest: sampleOrderDigest, labelDigest: labelDigest,
            testDigest: testDigest, steps: steps[name] ?? 0, product: product)
    }

    /// - Parameters:
    ///   - run: 16 bytes; see ``runIdentifier(of:)``.
    ///   - configurationDigest: the SHA-256 of the resolved configuration, 32 bytes.
    ///   - incarnation: which life of the learner it is; see ``Incarnation``.
    public init(
        name: String, run: [UInt8], configurationDigest: [UInt8], classes: Int,
        sampleOrderDigest: UInt64, product: String = "cohort",
        incarnation: UInt64 = Incarnation.first()
    ) {
        precondition(
            1...WireCodec.longestName ~= name.utf8.count && !name.utf8.contains(0),
            "a learner's name has 1 to \(WireCodec.longestName) bytes")
        sender = Sender(
            run: run, configurationDigest: configurationDigest, name: name,
            incarnation: incarnation)
        self.classes = classes
        self.sampleOrderDigest = sampleOrderDigest
        self.product = product
    }

    /// The learner's name.
    public var name: String { sender.name }

    /// The 16 bytes for a run that is named by a text: the text's UTF-8 filled up with zeros where
    /// it fits, so that messages can name it, otherwise the start of its SHA-256.
    public static func runIdentifier(of text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        guard bytes.count <= 16, !bytes.contains(0) else {
            return Array(SHA256.digest(bytes).prefix(16))
        }
        return bytes + [UInt8](repeating: 0, count: 16 - bytes.count)
    }

    /// Why a peer that greets with `message` cannot be a neighbour, if it cannot.
    ///
    /// - Parameter inputs: the form of the samples that the peer is to send; nil for none.
    func objection(
        to other: Sender, _ greeting: Greeting, taking inputs: InputForm? = nil
    ) -> Refusal? {
        if other.run != sender.run {
            return Refusal(
                .run,
                "'\(name)' belongs to run \(sender.readableRun), not to run "
                    + other.readableRun)
        }
        if other.configurationDigest != sender.configurationDigest {
            return Refusal(
                .configuration, "the settings of '\(name)' are others", settings: settings.text)
        }
        return objection(to: greeting, of: other.name)
            ?? inputs.flatMap { objection(toInputsOf: greeting, of: other.name, taking: $0) }
    }

    private func objection(
        toInputsOf greeting: Greeting, of other: String, taking form: InputForm
    ) -> Refusal? {
        guard let sent = greeting.inputs, !form.takes(sent) else { return nil }
        return Refusal(
            .inputs, "'\(name)' takes samples of \(form), and '\(other)' sends \(sent)")
    }

    private func objection(to greeting: Greeting, of other: String) -> Refusal? {
        if greeting.classes != classes {
            return Refusal(
                .classes, "'\(name)' tells \(classes) classes apart, not \(greeting.classes)")
        }
        if greeting.sampleOrderDigest != sampleOrderDigest {
            return Refusal(
                .sampleOrder, "'\(name)' has other samples, or takes them in another order")
        }
        if areStated(greeting.labelDigest, labelDigest), greeting.labelDigest != labelDigest {
            return Refusal(.labels, "'\(name)' has other labels of the same samples")
        }
        if areStated(greeting.testDigest, testDigest), greeting.testDigest != testDigest {
            return Refusal(.testSamples, "'\(name)' has other test samples or test labels")
        }
        if let expected = steps[other], greeting.steps > 0, greeting.steps != expected {
            return Refusal(
                .steps,
                "'\(other)' learns for \(greeting.steps) steps, and '\(name)' expects \(expected)"
                    + " (training.steps, training.epochs)")
        }
        return nil
    }
}

/// Whether both sides state a digest.
private func areStated(_ one: UInt64, _ other: UInt64) -> Bool { one != 0 && other != 0 }

extension Sender {
    /// The run in messages: its text where the identifier holds one, otherwise hexadecimal digits.
    public var readableRun: String {
        let text = run.prefix { $0 != 0 }
        let isText =
            !text.isEmpty && text.allSatisfy { (0x21...0x7E).contains($0) }
            && run[text.endIndex...].allSatisfy { $0 == 0 }
        return isText ? "'\(String(decoding: text, as: UTF8.self))'" : run.hexadecimal
    }
}

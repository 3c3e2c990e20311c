import Bytes
import Datasets
import NeuralNetwork

/// What of the files that a run reads its numbers follow from.
extension Assembler {
    /// What a run of this configuration follows from, as far as this host has the files.
    ///
    /// - Parameter names: the learners whose own data and weights are here; nil for all.
    public func provenance(of names: Set<String>? = nil) throws -> Provenance {
        var contents = sharedContents()
        for learner in configuration.learners where names?.contains(learner.name) != false {
            contents.merge(try self.contents(of: learner, learner.weights)) { own, _ in own }
        }
        return Provenance(of: configuration, contents: contents)
    }

    /// As ``provenance(of:)``, of one learner that begins with the weights of a file.
    ///
    /// - Parameters:
    ///   - weights: a file in place of the configuration's.
    ///   - parts: the weights of the learner of whose model it has a part; nil for those that are
    ///     given to that learner.
    ///   - teachers: those whose recordings it reads.
    func provenance(
        of name: String, weights: String?, parts: String? = nil, teachers: [String]
    ) throws -> Provenance {
        let learner = try learner(name)
        var contents = sharedContents()
        contents.merge(try self.contents(of: learner, weights ?? learner.weights)) { own, _ in own }
        if let lender = try learner.borrowed.map({ try self.learner($0.part.lender) }) {
            contents["learner '\(name)': parts"] = try digest(
                ofWeights: parts ?? lender.weights, of: lender)
        }
        for teacher in teachers {
            contents.merge(try recording(of: try self.learner(teacher))) { own, _ in own }
        }
        return Provenance(of: configuration, contents: contents)
    }

    /// The contents of the cohort's data, which all its processes have.
    func sharedContents() -> [String: String] {
        let corpus = samples.corpus
        var contents = [
            "data: training samples": samples.digests.training.hexadecimal,
            "data: classes": "\(corpus.train.classCount)",
            "data: normalization": corpus.normalizations,
        ]
        contents.merge(corpus.tokens(of: "data")) { own, _ in own }
        if let test = corpus.test {
            contents["data: test samples"] = samples.digests.test.hexadecimal
            contents["data: test labels"] = test.labelIdentity().hexadecimal
        }
        if samples.usesLabels {
            contents["data: labels"] = corpus.train.labelIdentity().hexadecimal
        }
        return contents
    }

    /// The contents that one learner has for itself.
    private func contents(
        of learner: LearnerOptions, _ weights: String?
    ) throws -> [String: String] {
        var contents = try recording(of: learner)
        if let own = try samples.own.samples(of: learner)?.corpus {
            let title = "learner '\(learner.name)': "
            contents[title + "normalization"] = own.normalizations
            contents.merge(own.tokens(of: "learner '\(learner.name)'")) { own, _ in own }
            if learner.learns {
                contents[title + "samples"] = own.identity().hexadecimal
                contents[title + "labels"] = own.train.labelIdentity().hexadecimal
            }
        }
        contents["learner '\(learner.name)': weights"] = try digest(ofWeights: weights, of: learner)
        return contents
    }

    /// The SHA-256 of the tensors in a file of weights, or `none`; nil where they are not known
    /// here, as an external learner's may not be.
    private func digest(ofWeights path: String?, of learner: LearnerOptions) throws -> String? {
        guard let path else { return learner.isExternal ? nil : "none" }
        let isHere = (try? WeightsFile(path, of: learner.writtenName)) != nil
        guard isHere || !learner.isExternal, let model = try model(of: learner) else { return nil }
        let prefix = path == learner.weights ? learner.weightsPrefix : nil
        let stored = try WeightsFile(path, of: learner.writtenName).weights(
            of: model, prefix: prefix)
        let file = SafeTensorsFile(stored.parameters, stored.buffers)
        return SHA256.hexadecimal(file.encoded())
    }

    private func recording(of learner: LearnerOptions) throws -> [String: String] {
        guard let source = learner.source else {
            return ["learner '\(learner.name)': source": "none"]
        }
        let digests = try (1...configuration.stages.count)
            .filter { configuration.stages.graph(of: $0).teaches(learner.name) }
            .map { try RecordedSource(source, of: learner.name, stage: $0).contentsDigest() }
        return ["learner '\(learner.name)': source": digests.joined(separator: " ")]
    }
}

extension Corpus {
    /// The tokens of every view that has some: their count, the padding, and a SHA-256 of what they
    /// stand for. The count determines the shape of an embedding, whichever tokens occur.
    fileprivate func tokens(of owner: String) -> [String: String] {
        var contents: [String: String] = [:]
        for (name, view) in views.merging(["": defaultView], uniquingKeysWith: { $1 }) {
            guard case .tokens(let set) = view.contents else { continue }
            let texts = set.texts.map { "\($0.utf8.count) \($0)" }.joined(separator: "\n")
            contents["\(owner): tokens" + (name.isEmpty ? "" : " of view '\(name)'")] =
                "\(set.texts.count), padded by \(set.padding),"
                + " \(SHA256.hexadecimal(Array(texts.utf8)))"
        }
        return contents
    }

    /// The normalization of every view, for people.
    fileprivate var normalizations: String {
        let views = views.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.normalization)" }
        return (["\(normalization)"] + views).joined(separator: "; ")
    }
}

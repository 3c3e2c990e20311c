import Bytes
import Datasets
import Foundation
import NeuralNetwork
import Options
import Reporting
import Training

/// Text that a language model of a run writes with its newest weights.
public struct WrittenText {
    private let writer: TrainedLearner
    private let coding: TextCoding
    private let view: SampleView
    private let choice: TokenChoice
    private let key: RandomKey

    /// Texts that are written at a time.
    private static let batch = 32

    /// Loads a language model.
    ///
    /// - Parameters:
    ///   - choice: how tokens are chosen.
    ///   - seed: determines what is drawn.
    /// - Throws: ``SettingError`` (78) for an unknown learner, and one that predicts no text;
    ///   ``DiskError`` where its weights are missing (66) or damaged (65).
    public init(_ reference: LearnerReference, choice: TokenChoice, seed: UInt64) throws {
        let configuration = try ExperimentConfiguration.load(
            reference.run.configuration, registries: .all)
        let assembler = try Assembler(configuration)
        let options = try assembler.learner(reference.learner)
        let view = try assembler.view(of: options)
        guard let coding = view.coding else {
            throw SettingError(
                "learner '\(options.name)' predicts no text; name one with a model such as gpt,"
                    + " trained on the data set corpus")
        }
        writer = try TrainedLearner(options, assembler, in: reference.run)
        (self.coding, self.view) = (coding, view)
        self.choice = choice
        key = RandomKey(seed: seed).child("generate")
    }

    /// Continues a text.
    ///
    /// - Parameters:
    ///   - prompt: may be empty: the text then begins as one behind the end of another.
    ///   - tokens: how many are added at most; the end of the text comes before.
    ///   - number: of several continuations of one prompt, from 0.
    ///   - said: is given the prompt, and then the characters as they become whole.
    public func write(
        _ prompt: String, tokens: Int, number: Int = 0, _ said: (String) throws -> Void
    ) throws {
        let known = coding.encode(prompt)
        var stream = TokenStream(coding.tokens)
        try said(known.map { stream.append($0) }.joined())
        var failure: (any Error)?
        _ = writer.continuations(
            of: [known.isEmpty ? [coding.tokens.end] : known], by: tokens, choice: choice,
            key: key.child(number)
        ) { chosen in
            guard chosen[0] != coding.tokens.end else { return false }
            do { try said(stream.append(chosen[0])) } catch { failure = error }
            return failure == nil
        }
        if let failure { throw failure }
        try said(stream.finish())
    }

    /// Continues the beginnings of training samples, as a data set for students: the texts of a
    /// teacher (*Sequence-Level Knowledge Distillation*, Kim and Rush 2016).
    ///
    /// The samples are drawn anew once all were taken. Where data give labels behind a prompt
    /// alone, that is the beginning; else its first tokens are.
    ///
    /// - Parameters:
    ///   - count: how many texts.
    ///   - prompt: how many tokens begin each where data name no prompt.
    /// - Returns: the texts, each up to its end.
    public func texts(_ count: Int, prompt: Int) throws -> [String] {
        let beginnings = try beginnings(count, prompt: prompt)
        var texts = [String](repeating: "", count: count)
        let byLength = Dictionary(grouping: beginnings.indices) { beginnings[$0].count }
        for (length, places) in byLength.sorted(by: { $0.key < $1.key }) {
            for start in stride(from: 0, to: places.count, by: Self.batch) {
                let some = places[start..<min(places.count, start + Self.batch)]
                let written = continued(some.map { beginnings[$0] }, length, number: places[start])
                for (place, text) in zip(some, written) { texts[place] = text }
            }
        }
        return texts
    }

    private func continued(
        _ prompts: [[Int]], _ length: Int, number: Int
    ) -> [String] {
        var open = Set(prompts.indices)
        let written = writer.continuations(
            of: prompts, by: max(1, writer.rowsPerSample + 1 - length), choice: choice,
            key: key.child("texts").child(number)
        ) { chosen in
            for row in open where chosen[row] == coding.tokens.end { open.remove(row) }
            return !open.isEmpty
        }
        return zip(prompts, written).map { prompt, rest in
            coding.tokens.text(
                of: prompt.filter { $0 != coding.tokens.end }
                    + rest.prefix { $0 != coding.tokens.end })
        }
    }

    /// The tokens with which texts begin.
    private func beginnings(_ count: Int, prompt: Int) throws -> [[Int]] {
        let length = writer.rowsPerSample
        var order: [Int] = []
        while order.count < count {
            order += key.child("samples").child(order.count).shuffled(Array(0..<view.train.count))
        }
        return try order.prefix(count).map { sample in
            let labels = view.train.labels[sample * length..<(sample + 1) * length]
            let first =
                labels.firstIndex { $0 != SampleSet.none }.map { $0 - labels.startIndex } ?? 0
            let known = try BatchGatherer(
                view.train.subset([sample]), normalization: view.normalization
            ).gather(0..<1).images.values.map { Int($0) }
            return beginning(Array(known.prefix(first > 0 ? first + 1 : min(prompt, length))))
        }
    }

    /// What stands behind the last end of a text, without padding; the end itself where nothing
    /// does.
    private func beginning(_ tokens: [Int]) -> [Int] {
        let (end, padding) = (coding.tokens.end, coding.tokens.padding)
        let last = tokens.split(separator: end, omittingEmptySubsequences: false).last ?? []
        let known = last.prefix { $0 != padding }
        return known.isEmpty ? [end] : Array(known)
    }
}

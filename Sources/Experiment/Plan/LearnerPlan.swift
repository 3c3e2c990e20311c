import Bytes
import Foundation

/// The plan of one learner for programs that take its part: who learns what of whom at which step,
/// on which samples. `cohort check CONFIG --plan NAME` prints it as JSON.
///
/// The names of its members in JSON are those of the manual's page about it, in snake case.
public struct LearnerPlan: Codable, Hashable, Sendable {
    /// The version of the format.
    public static let format = "cohort plan 1"

    /// Samples in an order that follows from the seed.
    public struct Stream: Codable, Hashable, Sendable {
        /// The name under which the sampler knows it.
        public var stream: String
        /// Samples of a step.
        public var batch: Int
        /// The numbers of its samples in the training set, ascending.
        public var samples: [Int]
        /// Whether the labels may be used.
        public var labelled: Bool
        /// Samples of one class that are drawn together; nil where the classes do not count.
        public var perClass: Int?
        /// The classes of the samples where these are drawn by class.
        public var classes: [Int]?
    }

    /// The cohort's samples, as the learner sees them.
    public struct Samples: Codable, Hashable, Sendable {
        /// How pixels become a network's input: `(x / divisor − mean) / std`, by channel.
        public struct Scale: Codable, Hashable, Sendable {
            public var divisor: Double
            public var mean: [Double]
            public var std: [Double]
        }
        /// Random changes to training images.
        public struct Changes: Codable, Hashable, Sendable {
            public var padding: Int
            public var flip: Bool
            /// Whether the learner draws for itself; nil where all draw alike.
            public var own: Bool?
        }

        /// What the numbers of samples of texts stand for.
        public struct Tokens: Codable, Hashable, Sendable {
            /// How texts become tokens, in words.
            public var rules: String
            /// The token that fills a sequence.
            public var padding: Int
            /// The token of what has none of its own; nil where everything has one.
            public var unknown: Int?
            /// What each token stands for, by its number.
            public var texts: [String]
        }

        /// The name of the data set.
        public var set: String
        /// The name of the view; nil for the default view.
        public var view: String?
        /// The identity of the training set in that view, 64 hexadecimal digits.
        public var identity: String
        /// The extents of an image, C×H×W.
        public var shape: [Int]
        /// How many training samples there are.
        public var train: Int
        /// How many samples the learners are tested on.
        public var test: Int
        /// How many rows of logits each sample has; nil for one.
        public var rows: Int?
        /// Nil where samples are no texts.
        public var tokens: Tokens?
        public var normalization: Scale
        public var augmentation: Changes
    }

    /// A tensor that travels over a link.
    public struct Tensor: Codable, Hashable, Sendable {
        public var name: String
        /// The number of the round in which it travels.
        public var round: Int
        /// `response`, `feature`, `relation`, `sum` or `inputs`.
        public var kind: String
        /// Its extents, samples first; nil where they are not known.
        public var shape: [Int]?
        /// Whether its rows are probabilities.
        public var simplex: Bool
        /// Of a sum: how many learners it may stand for.
        public var mostLearners: Int
        /// When it travels, as runs: the first step, the last one, and the stride.
        public var steps: [[Int]]
    }

    /// One direction between the learner and a neighbour.
    public struct Link: Codable, Hashable, Sendable {
        public var from: String
        public var to: String
        /// Whether the receiver goes on without what does not come in time.
        public var optional: Bool
        /// Whether it also uses what comes too late for its step.
        public var late: Bool
        /// Whether the neighbour is a relay.
        public var relay: Bool
        /// The teacher whose part `from` takes, where that is another: they share its load.
        public var original: String?
        public var tensors: [Tensor]
    }

    /// What teaches the learner with one loss.
    public struct Term: Codable, Hashable, Sendable {
        /// The factor of the weight at each step.
        public struct Course: Codable, Hashable, Sendable {
            public var burnIn: Int
            /// Nil where it is as long as the training.
            public var ramp: Int?
            public var shape: String
            public var until: Int?
            /// `steps` or `epochs`.
            public var `in`: String
            public var every: Int
            /// The steps of each cycle at which it teaches; nil for all.
            public var turn: Turn?
        }

        /// Some steps of a cycle that is repeated throughout.
        public struct Turn: Codable, Hashable, Sendable {
            /// The first of them, from 0.
            public var first: Int
            /// The step after the last one.
            public var end: Int
            /// How many steps a cycle has.
            public var cycle: Int
        }

        /// How the latest knowledge of each sample stands in for a late teacher's.
        public struct Bank: Codable, Hashable, Sendable {
            /// How many steps old it may be; nil for any age.
            public var age: Int?

            public init(age: Int? = nil) { self.age = age }
        }

        public var loss: String
        public var combine: String
        public var teachers: [String]
        /// The name of the tensor that the teachers publish.
        public var tensor: String
        public var temperature: Double
        public var weight: Double
        public var schedule: Course
        /// The places in the learner's own model.
        public var taps: [String]
        /// Whether the knowledge comes as a relay's sum.
        public var relayed: Bool
        /// Nil where nothing stands in for late knowledge.
        public var bank: Bank?
    }

    /// How the learner exchanges.
    public struct Exchange: Codable, Hashable, Sendable {
        /// Seconds that a wait may take.
        public struct Timeouts: Codable, Hashable, Sendable {
            public var join: Double
            public var step: Double
            public var missing: Double
        }
        /// What useless knowledge costs its sender.
        public struct Quarantine: Codable, Hashable, Sendable {
            public var strikes: Int
            public var steps: Int
        }

        public var transport: String
        public var host: String
        public var advertise: String?
        public var window: Int
        /// The most bytes that are kept for students.
        public var journal: Int
        /// The most bytes of a message.
        public var message: Int
        /// `none`, `majority`, or how many learners a step needs.
        public var quorum: String
        public var timeouts: Timeouts
        public var quarantine: Quarantine
    }

    /// What epochs are counted by.
    public struct Epoch: Codable, Hashable, Sendable {
        public var samples: Int
        public var batch: Int
    }

    /// When checkpoints are made.
    public struct Checkpoints: Codable, Hashable, Sendable {
        public var every: Int
        public var keep: Int
    }

    public var format = Self.format
    public var name: String
    public var stage: Int
    public var role: String
    public var seed: UInt64
    public var classes: Int
    /// 64 hexadecimal digits.
    public var configurationDigest: String
    /// The first 8 bytes of the digest of the order of the samples, 16 hexadecimal digits.
    public var sampleOrder: String
    /// For how many steps it learns; 0 where its weights are frozen.
    public var steps: Int
    /// For how many steps it takes part.
    public var lasts: Int
    /// The weight of the task's own loss.
    public var task: Double
    /// How many steps early it publishes.
    public var lookAhead: Int
    public var data: Samples
    /// The learner's own data, which its own stream is of; nil where that is of the cohort's.
    public var ownData: Samples?
    /// The samples on which the cohort teaches; nil where it has none.
    public var common: Stream?
    /// Labelled samples beside the common ones; nil where these are the labelled ones.
    public var own: Stream?
    /// The numbers of the samples that are set aside.
    public var validation: [Int]
    public var epoch: Epoch
    public var checkpoints: Checkpoints
    public var exchange: Exchange
    public var links: [Link]
    public var terms: [Term]

    /// As JSON, with every member on a line of its own.
    public func json() -> String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(self) else {
            preconditionFailure("words and finite numbers always have a JSON form")
        }
        return String(decoding: data, as: UTF8.self) + "\n"
    }
}

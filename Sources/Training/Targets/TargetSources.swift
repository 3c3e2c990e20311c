import CohortGraph
import Distillation

/// What determines the target source of a term.
struct TermDescription {
    /// The edges of the term.
    let group: EdgeGroup
    /// What the term asks of its teachers.
    let offer: KnowledgeOffer
    /// Whether the group's knowledge goes through relays.
    let isRelayed: Bool
}

/// The target sources that there are: a new one is one file, and one line here.
enum TargetSources {
    /// The first that serves a term is its source.
    static let all: [any TargetSource.Type] = [
        RelayedSumTargets.self, LastSeenTargets.self, OwnTapTargets.self, BankedTargets.self,
        ReceivedTargets.self,
    ]

    /// The source of a term's targets.
    static func source(of term: TermDescription) -> any TargetSource {
        for kind in all {
            if let source = kind.init(for: term) { return source }
        }
        preconditionFailure("received targets serve every term")
    }
}

extension TeachingTerm {
    /// The names of the types of all target sources that remember something.
    package static var sourcesWithMemory: Set<String> {
        func remembers<Source: TargetSource>(_ source: Source.Type) -> Bool {
            Source.Memory.self != NoMemory.self
        }
        return Set(TargetSources.all.filter { remembers($0) }.map { "\($0)" })
    }
}

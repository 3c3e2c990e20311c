import CohortGraph

extension JournalReader {
    /// Decodes every value of what was published.
    ///
    /// - Throws: ``ExchangeFailure`` (65) naming the file and the place of one that cannot be
    ///   decoded.
    package func verifyValues() throws {
        for (entry, record) in records {
            guard case .published(let knowledge) = try record.get() else { continue }
            for tensor in knowledge.tensors {
                do { _ = try tensor.values() } catch {
                    throw ExchangeFailure(
                        exitCode: .corruptData,
                        message: "\(path(of: entry)) is damaged at byte \(entry.offset):"
                            + " '\(tensor.name)' cannot be read: \(error)")
                }
            }
        }
    }

    /// The line that states that the journal is sound.
    package var verdict: String {
        let bytes = segments.reduce(0) { $0 + $1.byteCount }
        return "sound: \(entries.count) records, \(bytes) bytes\n"
    }

    /// Writes a line for each record: its segment, its offset and its contents.
    ///
    /// - Throws: ``ExchangeFailure`` (65) for a record that cannot be read, and what `write`
    ///   throws.
    package func list(_ write: (String) throws -> Void) throws {
        for (entry, record) in records {
            try write("\(entry.segment) \(entry.offset) \(try record.get().line)\n")
        }
    }
}

extension JournalRecord {
    /// The record in one line, for people.
    fileprivate var line: String {
        switch self {
        case .published(let knowledge):
            let tensors = knowledge.tensors.map(\.summary).joined(separator: ", ")
            return "published step \(knowledge.step) \(knowledge.round), epoch \(knowledge.epoch),"
                + " batch \(String(knowledge.batchDigest, radix: 16)): \(tensors)"
        case .used(let used):
            let teachers = used.teachers.map(\.summary).joined(separator: ", ")
            return "used step \(used.step) \(used.round): \(teachers)"
        case .end(let lastStep): return "end step \(lastStep)"
        case .other(let kind, let body): return "kind \(kind), \(body.count) bytes"
        }
    }
}

extension KnowledgeTensor {
    fileprivate var summary: String { "\(name) \(Codecs.name(of: encoding)) \(shape)" }
}

extension KnowledgeReference {
    fileprivate var summary: String { "step \(step) \(round) \(String(digest, radix: 16))" }
}

extension UsedKnowledge.Teacher {
    fileprivate var summary: String {
        switch origin {
        case .absent(let reason): "\(name) absent (\(reason))"
        case .taught(let knowledge): "\(name) \(knowledge.summary)"
        case .late(let knowledge): "\(name) late \(KnowledgeReference(knowledge).summary)"
        }
    }
}

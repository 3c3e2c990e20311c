import NeuralNetwork

extension SafeTensorsFile {
    /// Adds what a bank holds; see ``LearnerState/memory``.
    mutating func put(_ bank: KnowledgeBank) {
        for (teacher, shelves) in bank.shelves {
            for (name, shelf) in shelves {
                let path = "bank/\(teacher)/\(name)"
                let rows = shelf.rows
                let count = rows.count
                tensors["\(path)/rows"] = SafeTensor(
                    floats: rows.flatMap(\.row.values), shape: [count] + shelf.shape)
                tensors["\(path)/samples"] = SafeTensor(
                    int64s: rows.map { Int64($0.sample) }, shape: [count])
                tensors["\(path)/steps"] = SafeTensor(
                    int64s: rows.map { Int64($0.row.step) }, shape: [count])
            }
        }
    }
}

extension [String: SafeTensor] {
    /// Takes all that belongs to a bank.
    ///
    /// - Parameter step: how many steps were done.
    /// - Throws: ``CheckpointDamage`` unless every row is of one sample and one of these steps, and finite.
    mutating func bank(before step: Int) throws -> KnowledgeBank {
        var bank = KnowledgeBank()
        for name in keys.sorted() where name.hasPrefix("bank/") && name.hasSuffix("/rows") {
            let path = name.dropLast("/rows".count)
            let parts = path.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
                .map(String.init)
            guard parts.count == 3 else { continue }
            bank.shelves[parts[1], default: [:]][parts[2]] = try shelf(String(path), before: step)
        }
        return bank
    }

    private mutating func shelf(
        _ path: String, before step: Int
    ) throws -> KnowledgeBank.Shelf {
        guard let rows = removeValue(forKey: "\(path)/rows"), let values = rows.floats,
            let count = rows.shape.first, !values.isEmpty, values.allSatisfy(\.isFinite),
            let samples = numbers("\(path)/samples", count, below: .max),
            zip(samples, samples.dropFirst()).allSatisfy({ $0 < $1 }),
            let steps = numbers("\(path)/steps", count, below: step)
        else {
            throw CheckpointDamage(
                "'\(path)' is not finite F32, each of one sample and a step before \(step)")
        }
        let width = values.count / count
        var shelf = KnowledgeBank.Shelf(shape: Array(rows.shape.dropFirst()))
        for (place, sample) in samples.enumerated() {
            shelf[sample] = KnowledgeBank.Row(
                values: Array(values[place * width..<(place + 1) * width]), step: steps[place])
        }
        return shelf
    }

    private mutating func numbers(_ name: String, _ count: Int, below limit: Int) -> [Int]? {
        guard let tensor = removeValue(forKey: name), tensor.shape == [count],
            let numbers = tensor.int64s, numbers.allSatisfy({ 0 <= $0 && $0 < limit })
        else { return nil }
        return numbers.map(Int.init)
    }
}

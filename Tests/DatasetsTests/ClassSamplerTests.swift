import Bytes
import Datasets
import Options
import Testing

@Suite(.timeLimit(.minutes(1))) struct ClassSamplerTests {
    private func sampler(_ labels: [Int], of size: Int, batch: Int, seed: UInt64 = 3) -> Sampler {
        Sampler(
            samples: Array(labels.indices), batchSize: batch, seed: seed,
            groups: ClassGroups(of: size, labels: labels))
    }

    @Test func batchesEpochsAndDigestsAreTheReferences() throws {
        let set = SampleSet(
            shape: [1, 2, 3], pixels: .bytes(Array(0..<60)),
            labels: [Int](repeating: 0, count: 10), classCount: 1)
        for vector in try Vectors.read().classSamplers {
            var sampler = Sampler(
                samples: vector.samples, batchSize: vector.batch, seed: vector.seed,
                stream: vector.stream,
                groups: ClassGroups(of: vector.perClass, labels: vector.classes))
            // In another order than the stream's.
            let batches = vector.steps.reversed().map { sampler.batch($0) }
            #expect(batches.map(\.samples) == vector.batches.reversed())
            #expect(batches.map(\.epochs) == vector.epochs.reversed())
            #expect(sampler.orderDigest(of: set).hexadecimal == vector.order)
        }
    }

    /// Groups are of one class and of different samples, and in so many epochs as a group has
    /// samples each sample is drawn exactly so often.
    @Test(arguments: [
        ([0, 1, 2, 0, 1, 2, 0, 1], 2), ([5, 5, 5, 5, 5, 7, 7, 7], 3), ([1, 0, 1, 0, 1], 2),
        (Array(repeating: 2, count: 7) + [3, 3, 3, 3], 4), ([0, 1, 1], 1),
    ])
    func everySampleIsDrawnEquallyOften(_ labels: [Int], _ size: Int) {
        var sampler = sampler(labels, of: size, batch: size)
        let drawn = (0..<labels.count * 4).map { sampler.batch($0).samples }
        for group in drawn {
            #expect(Set(group.map { labels[$0] }).count == 1)
            #expect(Set(group).count == size)
        }
        for cycle in 0..<4 {
            let part = drawn[cycle * labels.count..<(cycle + 1) * labels.count].joined()
            #expect(part.sorted() == labels.indices.flatMap { [Int](repeating: $0, count: size) })
        }
    }

    /// Where all classes have as many samples, a batch within an epoch has different classes.
    @Test func aBatchHasDifferentClasses() {
        let labels = (0..<120).map { $0 % 6 }
        var sampler = sampler(labels, of: 2, batch: 8)
        for step in 0..<15 {
            let classes = sampler.batch(step).samples.map { labels[$0] }
            #expect(Set(classes).count == 4)
        }
    }

    /// A class with fewer samples than a group has its samples again in a group.
    @Test func aSmallClassFillsItsGroups() {
        var sampler = sampler([0, 1, 1, 1, 1], of: 3, batch: 3)
        let groups = (0..<5).map { sampler.batch($0).samples }
        #expect(groups.contains([0, 0, 0]))
        #expect(
            groups.filter { $0 != [0, 0, 0] }.joined().sorted()
                == [1, 2, 3, 4].flatMap {
                    [$0, $0, $0]
                })
    }

    @Test func theOrderDigestCoversGroupsAndClasses() {
        let identity = [UInt8](repeating: 1, count: 32)
        let orders = [
            Sampler(samples: [0, 1], batchSize: 2, seed: 3), sampler([0, 1], of: 1, batch: 2),
            sampler([0, 1], of: 2, batch: 2), sampler([0, 0], of: 2, batch: 2),
        ]
        #expect(Set(orders.map { $0.orderDigest(identity: identity) }).count == 4)
    }

    private func problem(_ entries: KeyValuePairs<String, Setting>) -> String {
        do throws(SettingError) {
            _ = try OptionReader.read(.written(entries), subject: "data") {
                (reader) throws(SettingError) in try DataOptions(options: &reader)
            }
        } catch { return "\(error)" }
        return ""
    }

    @Test func aPoolWithoutLabelsAndTasksAreRefused() {
        let sampler = Setting.written(["per-class": .written("2")])
        let pool = Setting.written(["each": .written("60"), "private": .written("true")])
        #expect(problem(["sampler": sampler]).isEmpty)
        #expect(problem(["sampler": sampler, "labels": pool]).contains("pool without labels"))
        #expect(problem(["sampler": sampler, "tasks": .written("5")]).contains("each task"))
        #expect(
            throws: DatasetError.self,
            performing: { try SamplerOptions(perClass: 3).groups([0, 1], batch: 64) })
    }
}

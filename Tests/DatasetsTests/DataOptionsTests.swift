import Datasets
import Options
import Testing

@Suite(.timeLimit(.minutes(1))) struct DataOptionsTests {
    private func read(_ entries: KeyValuePairs<String, Setting>) throws -> DataOptions {
        try OptionReader.read(.written(entries), subject: "data") {
            (reader) throws(SettingError) in try DataOptions(options: &reader)
        }
    }

    @Test func nothingWrittenIsDigitsWithAllLabels() throws {
        let options = try read([:])
        #expect(options.set == "digits")
        #expect(options.source is Digits)
        #expect(options.labels == LabelOptions())
        #expect(options.validation == .none)
        #expect(options.augmentation == .none)
    }

    @Test func aNumberOfLabelsIsShared() throws {
        let options = try read(["set": .written("fashion-mnist"), "labels": .written("4000")])
        #expect(options.source is FashionMNIST)
        #expect(options.labels == LabelOptions(each: 4000, isPrivate: false, pool: .empty))
    }

    @Test func privateLabelsHaveAPool() throws {
        let labels = Setting.written(["each": .written("60"), "private": .written("true")])
        #expect(
            try read(["labels": labels]).labels
                == LabelOptions(each: 60, isPrivate: true, pool: .rest))
    }

    @Test func privateLabelsAreSkewed() throws {
        let labels = Setting.written([
            "each": .written("60"), "private": .written("true"), "skew": .written("0.3"),
        ])
        #expect(
            try read(["labels": labels]).labels
                == LabelOptions(each: 60, isPrivate: true, skew: 0.3))
    }

    @Test func thePoolIsChosen() throws {
        let rest = Setting.written(["each": .written("60"), "pool": .written("rest")])
        #expect(try read(["labels": rest]).labels.pool == .rest)
        let none = Setting.written([
            "each": .written("60"), "private": .written("true"), "pool": .written("none"),
        ])
        #expect(try read(["labels": none]).labels.pool == .empty)
    }

    @Test func validationIsAShareOrACount() throws {
        #expect(try read(["validation": .written("0.1")]).validation == .share(0.1))
        #expect(try read(["validation": .written("500")]).validation == .count(500))
    }

    @Test func augmentationIsCropAndFlip() throws {
        let both = Setting.written([
            "crop": .written(["padding": .written("2")]), "flip": .written("true"),
        ])
        #expect(
            try read(["augmentation": both]).augmentation
                == Augmentation(cropPadding: 2, flip: true))
        let flip = Setting.written(["flip": .written("true")])
        #expect(try read(["augmentation": flip]).augmentation.cropPadding == 0)
    }

    @Test func mistakesAreNamedWithTheirPlace() {
        let mistakes: [(KeyValuePairs<String, Setting>, String)] = [
            (["set": .written("fashon-mnist")], "did you mean 'fashion-mnist'?"),
            (["labels": .written("many")], "labels is 'many'"),
            (["labels": .written("0")], "labels is 0; it lies in 1"),
            (["labels": .written(["private": .written("true")])], "needs `each`"),
            (["labels": .written(["pool": .written("rest")])], "needs `each`"),
            (
                ["labels": .written(["each": .written("6"), "skew": .written("0.1")])],
                "needs `private: true`"
            ),
            (
                [
                    "labels": .written([
                        "each": .written("6"), "private": .written("true"), "skew": .written("0"),
                    ])
                ], "skew is 0.0; it lies in 0.001"
            ),
            (["labels": .written(["eech": .written("6")])], "did you mean 'each'?"),
            (["validation": .written("1.5")], "validation is 1.5; write a share"),
            (["validation": .written("-1")], "validation is -1.0; it lies in 0"),
            (["augmentation": .written(["flop": .written("true")])], "did you mean 'flip'?"),
            (
                ["augmentation": .written(["own": .written("true")])],
                "own is true, and there is nothing to draw; set crop, flip, cutout or strong"
            ),
            (["options": .written(["folder": .written("x")])], "unknown key 'folder'"),
        ]
        for (entries, expected) in mistakes {
            let text = message { try read(entries) }
            #expect(text.contains(expected) && text.hasPrefix("test.yaml:7: "), "\(text)")
        }
    }

    @Test func normalizationTakesWholePairs() {
        for entries: KeyValuePairs<String, Setting> in [
            ["mean": .written("0.5")],
            ["mean": .written("0.5"), "deviation": .written("0")],
            ["mean": .written("0.5"), "deviation": .written("-1")],
        ] {
            #expect(throws: SettingError.self) { try read(["options": .written(entries)]) }
        }
    }

    @Test func everySourceListsItsOptions() {
        for name in DatasetSources.registry.names {
            let keys = DatasetSources.registry.options(of: name).map(\.key)
            #expect(keys.contains("mean") == keys.contains("deviation"))
            guard !keys.isEmpty, name != "paired" else { continue }
            let ofScale = ["mean", "normalize", "tokenizer"]
            #expect(ofScale.contains(where: keys.contains), "\(name)")
        }
    }
}

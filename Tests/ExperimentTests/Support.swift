import CohortGraph
import Experiment
import Foundation
import Options
import TestRegistries

/// Registries with a few names, whose readers stand in for those of the real rooms.
let registries = Registries(
    model: Registries.reader(
        Registry<Void>(
            kind: "model",
            [
                .init("mlp", "") { (options) throws(SettingError) in
                    _ = options.list("hidden", default: [512, 256])
                },
                .init("lenet", "") { (options) throws(SettingError) in
                    _ = options.list("channels", default: [32, 64])
                    _ = options.value("hidden", default: 512, in: 1...65536)
                },
                .init("plain-cnn", "") { (options) throws(SettingError) in
                    _ = options.value("depth", default: 2)
                },
                .init("resnet8", "") { (options) throws(SettingError) in
                    _ = options.value("width", default: 16, in: 1...4096)
                },
            ])),
    generator: Registries.reader(
        Registry<Void>(
            kind: "generator",
            [
                .init("dcgan", "") { (options) throws(SettingError) in
                    _ = options.value("latent", default: 100, in: 1...4096)
                }
            ])),
    optimizer: Registries.reader(
        Registry<Void>(
            kind: "optimizer",
            [
                .init("sgd", "") { (options) throws(SettingError) in
                    _ = options.value("rate", default: Float(0.1), in: 0...1000)
                    _ = options.value("momentum", default: Float(0), in: 0...1)
                    _ = options.flag("nesterov", default: false)
                    _ = options.value("decay", default: Float(0), in: 0...1)
                },
                .init("adamw", "") { (options) throws(SettingError) in
                    _ = options.value("rate", default: Float(0.001), in: 0...1000)
                },
            ])),
    schedule: Registries.reader(
        Registry<Void>(
            kind: "schedule",
            [
                .init("constant", "") { _ in },
                .init("cosine", "") { (options) throws(SettingError) in
                    _ = options.value("floor", default: 0.0, in: 0...1)
                },
            ])),
    objective: Registries.reader(
        Registry<Void>(
            kind: "objective", [.init("sum", "") { _ in }, .init("uncertainty", "") { _ in }])),
    edges: .standIn,
    data: { (setting) throws(SettingError) in
        var data = OptionReader(setting, subject: "data")
        _ = data.value("set", default: "digits")
        _ = data.setting("options")
        let labels = data.setting("labels")
        let hasValidation = data.setting("validation") != nil
        try data.finish()
        guard case .map = labels?.value else {
            return DataSection(
                data.resolved, keys: dataKeys, hasPrivateLabels: false, hasPool: false,
                hasValidation: hasValidation, views: ["infrared", "depth"])
        }
        var reader = OptionReader(labels, subject: "labels")
        _ = reader.optional("each", Int.self)
        let isPrivate = reader.flag("private", default: false)
        let pool = reader.value("pool", default: isPrivate ? "rest" : "none")
        try reader.finish()
        return DataSection(
            data.resolved, keys: dataKeys, hasPrivateLabels: isPrivate, hasPool: pool == "rest",
            hasValidation: hasValidation, views: ["infrared", "depth"])
    })

/// What the keys of the stand-in for a data section change.
private let dataKeys: SettingKeys = [
    "set": .numbers, "options": ["folder": .placement], "labels": .numbers, "validation": .numbers,
]

/// A configuration read from text, whose file is called `f`.
func configuration(
    _ text: String, overrides: [String] = []
) throws(SettingError) -> ExperimentConfiguration {
    try ExperimentConfiguration(
        text: text, file: "f", name: "f", overrides: overrides, registries: registries)
}

let experiments = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("deploy/experiments")

/// The shipped configurations.
let shipped = [
    "adversarial-features.yaml", "afd.yaml", "apprentice-a.yaml", "apprentice-b.yaml",
    "apprentice-c.yaml", "apprentice-floats.yaml", "average-and-single.yaml", "average-three.yaml",
    "born-again.yaml", "branches.yaml", "capacity-gap.yaml", "chain-live.yaml", "chain-staged.yaml",
    "class-attention.yaml", "class-wise.yaml", "codistillation-shards.yaml", "codistillation.yaml",
    "collaborative-branches.yaml", "conditional-adversarial.yaml", "contrastive-batch.yaml",
    "contrastive.yaml", "cross-modal-features.yaml", "cross-modal-relations.yaml",
    "cross-modal-text.yaml", "cross-modal.yaml", "data-free-cmi.yaml", "data-free-dafl.yaml",
    "data-free-dfad.yaml", "data-free-inversion.yaml", "data-free-zskt.yaml", "dense-chain.yaml",
    "dense-cross-layer.yaml", "digits-private.yaml", "digits-same-labels.yaml", "dist.yaml",
    "diverse-peers.yaml", "ds-fl.yaml", "fashion-mutual.yaml", "features.yaml", "feddf.yaml",
    "fedmd.yaml", "gated-peers.yaml", "instance-graph.yaml", "kdcl-general.yaml", "kdcl.yaml",
    "kdgan.yaml", "knowledge-review.yaml", "language-mutual.yaml", "learned-edges.yaml",
    "lifelong-domains.yaml", "lifelong-fine-tuning.yaml", "lifelong-icarl.yaml",
    "lifelong-lwf.yaml", "lifelong-lwm.yaml", "lifelong-orders.yaml", "mean-teacher.yaml",
    "multi-head-graph.yaml", "multi-level.yaml", "mutual-contrast.yaml", "mutual-four.yaml",
    "mutual-mixed.yaml", "mutual-sequential.yaml", "mutual-two.yaml", "normalized.yaml",
    "overhaul.yaml", "own-teacher.yaml", "pate.yaml", "peer-collaboration.yaml",
    "peers-below-teacher.yaml", "poisoned.yaml", "quantized-distillation.yaml",
    "quantized-self.yaml", "random-teacher.yaml", "refined-labels.yaml", "relations.yaml",
    "residual.yaml", "reused-classifier.yaml", "satellite-views.yaml", "snapshot.yaml",
    "standardized.yaml", "teacher-student.yaml", "transfer-graph.yaml", "two-teachers.yaml",
    "variational.yaml", "wordnet-mutual.yaml", "wordnet-private.yaml", "wordnet-teacher.yaml",
]

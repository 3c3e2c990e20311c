import Bytes
import CohortGraph
import Datasets
import Exchange
import Foundation
import Reporting

extension LearnerPlan {
    /// Reads the plan of a learner.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - configuration: that the plan must be of.
    /// - Throws: ``DiskError``: 66 where there is none, 65 where the file is none, 78 where it is
    ///   of another learner, stage or configuration.
    static func read(
        _ path: String, of name: String, inStage stage: Int,
        _ configuration: ExperimentConfiguration
    ) throws(DiskError) -> LearnerPlan {
        let remedy =
            "`cohort check CONFIG --plan \(name)` prints it, on a host that has the data; write it"
            + " there, or name it by --plan"
        guard FileManager.default.fileExists(atPath: path) else {
            throw DiskError(
                "read", path,
                "'\(name)' is sent its samples, and needs its plan in place of data;"
                    + " \(remedy)", exitCode: .missingFile)
        }
        let plan = try decoded(try Files.read(path), from: path)
        guard plan.name == name, plan.stage == stage,
            plan.configurationDigest == configuration.identityDigest
        else {
            throw DiskError(
                "read", path,
                "it is the plan of '\(plan.name)' in stage \(plan.stage), or of other"
                    + " settings than these; \(remedy)", exitCode: .configuration)
        }
        return plan
    }

    private static func decoded(_ data: Data, from path: String) throws(DiskError) -> LearnerPlan {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        do {
            let plan = try decoder.decode(LearnerPlan.self, from: data)
            guard plan.format == format else {
                throw DiskError(
                    "read", path, "it is of the format '\(plan.format)', not '\(format)'",
                    exitCode: .version)
            }
            return plan
        } catch let error as DiskError {
            throw error
        } catch {
            throw DiskError(
                "read", path, "it is no plan of a learner: \(error)", exitCode: .corruptData)
        }
    }
}

extension LearnerPlan.Tensor {
    /// What it must be; nil where its shape is not known.
    var contract: TensorContract? {
        guard let kind = KnowledgeKind(rawValue: kind), let shape else { return nil }
        return TensorContract(kind: kind, shape: shape)
    }

    /// Whether it travels at a step.
    func isDue(at step: Int) -> Bool {
        steps.contains { run in
            run.count == 3 && run[0]...max(run[0], run[1]) ~= step
                && (step - run[0]).isMultiple(of: run[2])
        }
    }
}

extension LearnerPlan.Link {
    /// The tensors that travel at a step and round.
    func tensors(at step: Int, _ round: Int) -> [LearnerPlan.Tensor] {
        tensors.filter { $0.round == round && $0.isDue(at: step) }
    }
}

extension LearnerPlan.Stream {
    /// How samples are drawn by class; nil where the classes do not count.
    var groups: ClassGroups? {
        guard let perClass, let classes else { return nil }
        return ClassGroups(of: perClass, labels: classes)
    }
}

import Bytes
import Datasets
import Experiment
import Foundation
import Options
import Reporting
import Testing

/// Samples in files of one's own, as a check shows them.
@Suite(.timeLimit(.minutes(1))) final class OwnFilesTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder(named: "cohort-own-files-\(UUID().uuidString)")
    }

    deinit { folder.remove() }

    /// Writes a file of bytes behind a header.
    private func write(_ name: String, _ header: [UInt8], _ values: [UInt8]) throws -> String {
        let path = "\(folder.path)/\(name)"
        try Data(header + values).write(to: URL(fileURLWithPath: path))
        return path
    }

    private func npy(_ name: String, shape: String, _ values: [UInt8]) throws -> String {
        let text = "{'descr': '|u1', 'fortran_order': False, 'shape': (\(shape)), }\n"
        let size = [UInt8(text.utf8.count), 0]
        return try write(
            name, [0x93] + Array("NUMPY".utf8) + [1, 0] + size + Array(text.utf8), values)
    }

    /// What is remarked on of two classes whose labels are 1 and 2.
    private func remarks(set: String, _ options: String) throws -> [String] {
        let assembler = try Assembler(
            ExperimentConfiguration(
                text: """
                    data: {set: \(set), options: {\(options)}, validation: 4}
                    training: {steps: 2, batch: 2}
                    learners: {a: {model: mlp}}
                    """, file: "f", name: "f", registries: .all))
        try assembler.checkAll()
        return assembler.remarks.lines
    }

    private let pixels = (0..<32).map { UInt8($0 * 7) }
    private let labels: [UInt8] = [1, 2, 1, 2, 1, 2, 1, 2]

    @Test func labelsThatBeginAtOneAreRemarkedOn() throws {
        let images = try write("x.idx", [0, 0, 8, 3, 0, 0, 0, 8, 0, 0, 0, 2, 0, 0, 0, 2], pixels)
        let named = try write("y.idx", [0, 0, 8, 1, 0, 0, 0, 8], labels)
        let files = "images: \(images), labels: \(named)"
        let found = try remarks(set: "idx", files).filter { $0.contains("class 0 has no training") }
        #expect(found.count == 1 && found[0].contains("data.options.first-label"))
        let told = try remarks(set: "idx", files + ", first-label: 1")
        #expect(!told.contains { $0.contains("class 0") })
    }

    @Test func labelsOfArraysThatBeginAtOneAreRemarkedOn() throws {
        let images = try npy("x.npy", shape: "8, 2, 2", pixels)
        let named = try npy("y.npy", shape: "8,", labels)
        let files = "images: \(images), labels: \(named)"
        let found = try remarks(set: "npy", files).filter { $0.contains("class 0 has no training") }
        #expect(found.count == 1 && found[0].contains("data.options.first-label"))
        let told = try remarks(set: "npy", files + ", first-label: 1")
        #expect(!told.contains { $0.contains("class 0") })
        #expect(throws: DatasetError.self) {
            try remarks(set: "npy", files + ", first-label: 2")
        }
    }

    @Test(arguments: [
        "set: npy, options: {images: ~/none.npy, labels: ~/none.npy}",
        "set: npz, options: {file: ~/none.npz}", "set: table, options: {file: ~/none.csv}",
        "set: idx, options: {images: ~/none.idx, labels: ~/none.idx}",
    ])
    func theHomeFolderIsMeant(data: String) throws {
        let text = """
            data: {\(data)}
            training: {steps: 2}
            learners: {a: {model: mlp}}
            """
        let error = #expect(throws: DatasetError.self) {
            try Assembler(
                ExperimentConfiguration(text: text, file: "f", name: "f", registries: .all))
        }
        #expect(error?.exitCode == .missingFile)
        let complaint = error?.description ?? ""
        #expect(complaint.contains("/none.") && !complaint.contains("~"), "\(complaint)")
    }
}

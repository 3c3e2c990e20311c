import Bytes
import Datasets
import Foundation
import Reporting

extension Assembler {
    /// Three training samples of the default view, from the beginning, the middle and the end. Of
    /// tokens nothing: their source shows the texts.
    var sampleListing: String {
        let view = samples.corpus.defaultView
        if case .tokens = view.contents { return "" }
        let count = view.train.count
        let rows = Set([0, count / 2, count - 1]).sorted().map { row(of: $0, view) }
        return TextTable(rows: [["sample", "class", "network's input", "from"]] + rows).text
    }

    private func row(of sample: Int, _ view: SampleView) -> [String] {
        let corpus = samples.corpus
        let label = view.train.labels[sample]
        return [
            "\(sample)", corpus.classNames?[label] ?? "\(label)", input(of: sample, view),
            corpus.origins.isEmpty ? corpus.name : corpus.origins[sample],
        ]
    }

    /// What the network sees of a sample.
    private func input(of sample: Int, _ view: SampleView) -> String {
        guard
            let values = try? BatchGatherer(
                view.train.subset([sample]), normalization: view.normalization
            ).gather(0..<1).images.values, let least = values.min(), let most = values.max()
        else { return "-" }
        switch view.contents {
        case .image:
            let mean = values.reduce(0) { $0 + Double($1) } / Double(values.count)
            return "\(Self.rounded(Double(least))) to \(Self.rounded(Double(most))),"
                + " mean \(Self.rounded(mean))"
        case .features, .tokens:
            let shown = values.prefix(6).map { Self.rounded(Double($0)) }.joined(separator: " ")
            return shown + (values.count > 6 ? " …" : "")
        }
    }

    private static func rounded(_ value: Double) -> String {
        number((value * 100).rounded() / 100)
    }

    /// Writes the cohort's samples into a folder, as arrays of NumPy.
    ///
    /// - Returns: what the folder holds, a sentence.
    /// - Throws: ``DiskError`` (74).
    public func writeSamples(to folder: String) throws -> String {
        let corpus = samples.corpus
        try corpus.writeArrays(to: folder)
        let test = corpus.test.map { " and \($0.count) to test on" } ?? ""
        return "\(folder): \(corpus.train.count) samples to train on\(test), as arrays of NumPy"
    }

    /// Writes a contact sheet of the cohort's training samples, a PNG file.
    ///
    /// - Returns: what the file shows, a sentence.
    /// - Throws: ``DatasetError`` (78) where the samples are no images, ``DiskError`` where the
    ///   file cannot be written.
    public func writeContactSheet(to path: String) throws -> String {
        let corpus = samples.corpus
        let sheet = try ContactSheet(of: corpus)
        let png = try sheet.png()
        do {
            try Data(png).write(to: URL(filePath: path))
        } catch { throw DiskError("write", path, error) }
        let shown = (0..<min(classes, ContactSheet.mostClasses)).map {
            corpus.classNames?[$0] ?? "\($0)"
        }
        let views = sheet.views.map { $0.isEmpty ? "the default view" : "view '\($0)'" }
        return "\(path): rows are the classes \(shown.joined(separator: ", "))"
            + " with up to \(ContactSheet.columns) training samples each"
            + (views.count > 1
                ? "; from top to bottom " + views.joined(separator: ", ") : "")
    }
}

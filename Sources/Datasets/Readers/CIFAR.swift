/// The binary form of both CIFAR sets (Krizhevsky 2009).
///
/// A file is rows of one or two label bytes followed by 3,072 pixel bytes: 32×32 red values, then
/// green, then blue.
package struct CIFARFormat: Sendable {
    /// Label bytes at the head of a row: 1 in CIFAR-10, 2 (coarse, fine) in CIFAR-100.
    package let labelBytes: Int
    /// Which of them is read.
    package let labelColumn: Int
    /// Classes that the column may name.
    package let classCount: Int

    /// The form of a row.
    package init(labelBytes: Int, labelColumn: Int, classCount: Int) {
        self.labelBytes = labelBytes
        self.labelColumn = labelColumn
        self.classCount = classCount
    }

    /// The samples of a folder's files, one file's rows after the other's.
    ///
    /// - Parameter rows: exactly how many each file holds.
    /// - Throws: ``DatasetError`` where a file is missing (66), is of another size or has a label
    ///   out of range (65).
    package func read(
        _ names: [String], in folder: String, rows: Int
    ) throws(DatasetError) -> SampleSet {
        var pixels: [UInt8] = []
        var labels: [Int] = []
        pixels.reserveCapacity(names.count * rows * Self.imageBytes)
        for name in names {
            let path = "\(folder)/\(name)"
            try append(try DataFile.read(path), path, rows, &pixels, &labels)
        }
        return SampleSet(
            shape: [3, 32, 32], pixels: .bytes(pixels), labels: labels, classCount: classCount)
    }

    private static let imageBytes = 3072

    private func append(
        _ bytes: [UInt8], _ path: String, _ rows: Int, _ pixels: inout [UInt8],
        _ labels: inout [Int]
    ) throws(DatasetError) {
        let width = labelBytes + Self.imageBytes
        guard bytes.count == rows * width else {
            throw DatasetError(
                .corrupt,
                "\(path): \(bytes.count) bytes, where \(rows) rows of \(width) take"
                    + " \(rows * width); fetch the binary version of the data set again")
        }
        for row in 0..<rows {
            let start = row * width
            let label = Int(bytes[start + labelColumn])
            guard label < classCount else {
                throw DatasetError(
                    .corrupt,
                    "\(path): the label of row \(row) is \(label); labels lie in 0..<\(classCount)")
            }
            labels.append(label)
            pixels += bytes[start + labelBytes..<start + width]
        }
    }

    /// Refuses the Python and MATLAB versions, and archives, of which the binary version differs.
    ///
    /// - Throws: ``DatasetError`` (78) that names the binary version.
    private static func refuseOtherForms(
        _ folder: String, _ name: String, holding: String
    ) throws(DatasetError) {
        let archive = name == "cifar10" ? "cifar-10-binary.tar.gz" : "cifar-100-binary.tar.gz"
        let remedy =
            "; fetch \(archive) from https://www.cs.toronto.edu/~kriz/cifar.html, unpack it, and"
            + " set data.options.folder to its folder (\(holding))"
        func has(_ file: String) -> Bool { DataFile.exists("\(folder)/\(file)") }
        if [".gz", ".tgz", ".tar", ".zip"].contains(where: folder.hasSuffix) {
            throw DatasetError(.impossible, "\(name): \(folder) is an archive\(remedy)")
        }
        let python = [
            "data_batch_1", "batches.meta", "meta", "cifar-10-batches-py", "cifar-100-python",
        ]
        if !has("test_batch.bin"), !has("test.bin") {
            if ["data_batch_1.mat", "train.mat"].contains(where: has) {
                throw DatasetError(
                    .impossible, "\(name): \(folder) holds the MATLAB version\(remedy)")
            }
            if python.contains(where: has) {
                throw DatasetError(
                    .impossible,
                    "\(name): \(folder) holds the Python version (pickled batches)\(remedy)")
            }
        }
    }

    /// Checks that a folder is there.
    ///
    /// - Throws: ``DatasetError`` (66) that says what the folder should hold.
    package static func requireFolder(
        _ folder: String, _ name: String, holding: String
    ) throws(DatasetError) {
        try refuseOtherForms(folder, name, holding: holding)
        guard DataFile.exists(folder) else {
            throw DatasetError(
                .missing,
                "\(name): there is no folder \(folder); unpack the set's binary version"
                    + " (\(holding)) and set data.options.folder")
        }
    }
}

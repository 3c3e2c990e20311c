/// Reads pictures as samples of one size and colour.
struct PictureReader: NewSampleReader {
    let form: ImageForm
    /// Height and width of a sample. Where the form has no size, pictures have this one.
    let size: [Int]

    func read(_ paths: [String], classes: ClassNames) throws(DatasetError) -> NewSamples {
        let files = try InputFile.all(
            paths, classes: classes, kind: "PNG or JPEG file", isWanted: ImageFiles.isImage)
        return try read(files, classCount: classes.count)
    }

    /// The samples of files.
    func read(_ files: [InputFile], classCount: Int) throws(DatasetError) -> NewSamples {
        let paths = files.map(\.path)
        let survey = try ImageSurvey(paths)
        if form.size == nil { try checkSizes(survey) }
        var bytes: [UInt8] = []
        do {
            try ImageReader(paths: paths, entries: survey.entries)
                .samples(form, size: size) { bytes += $0 }
        } catch let error as DatasetError {
            throw error
        } catch {
            preconditionFailure("memory takes all samples")
        }
        return NewSamples(
            shape: [form.color.channels] + size, pixels: .bytes(bytes), classCount: classCount,
            places: paths, labels: files.map(\.label))
    }

    private func checkSizes(_ survey: ImageSurvey) throws(DatasetError) {
        let size = "\(size[0])×\(size[1])"
        guard let other = survey.entries.firstIndex(where: { $0.size != size }) else { return }
        throw DatasetError(
            .impossible,
            "\(survey.paths[other]): is \(survey.entries[other].size) high and wide, and the"
                + " samples are \(size); resize it")
    }
}

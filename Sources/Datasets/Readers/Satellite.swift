import Bytes
import Options

/// The 6,435 neighbourhoods of a satellite's scene that are compiled into the program.
///
/// Statlog (Landsat Satellite), by A. Srinivasan (1993), UCI data set 146, DOI 10.24432/C55887,
/// CC BY 4.0: images of 3×3 pixels in four bands, two visible (green, red) and two near infrared,
/// and the soil of the middle pixel, six classes. The test set is 2,000 of 6,435 of each class, the
/// same in every run. Channels are normalized by the training samples' mean and deviation.
public struct Satellite: DatasetSource, Configurable {
    public static let name = "satellite"
    public static let summary =
        "Landsat scene (UCI 146), part of the program: 6,435 images, 4×3×3, visible and infrared"
    public static let keys: SettingKeys = [:]

    /// Reads nothing: each view is normalized by its own numbers.
    public init(options: inout OptionReader) {}

    public var paths: [String] { [] }

    public var views: [String] { Self.bands.keys.sorted() }

    /// The bands of each view, from 0.
    private static let bands = ["all": 0..<4, "visible": 0..<2, "infrared": 2..<4]

    /// The share of the samples that the set's own division tests on.
    private static let share = TestShare(share: 2000.0 / 6435.0)

    public func load() throws(DatasetError) -> Corpus {
        let rows = try Self.rows()
        let classes = ClassNames(of: rows.map(\.label))
        let labels = rows.compactMap { classes[$0.label] }
        let split = Self.share.split(labels: labels, classCount: classes.count)
        let views = Self.bands.mapValues { bands in
            let all = SampleSet(
                shape: [bands.count, 3, 3],
                pixels: .bytes(rows.flatMap { Self.image($0.values, bands) }), labels: labels,
                classCount: classes.count)
            let train = all.subset(split.train)
            return SampleView(
                train: train, test: all.subset(split.test),
                normalization: Normalization(measuring: train))
        }
        guard let all = views["all"] else { preconditionFailure("all bands are a view") }
        let readable = Self.readable(views, like: all.train)
        return Corpus(
            name: Self.name, readable["all"] ?? all, views: readable, classNames: classes.names)
    }

    /// The views with what reads new samples: of all bands, of which a view takes its own.
    private static func readable(
        _ views: [String: SampleView], like train: SampleSet
    ) -> [String: SampleView] {
        Dictionary(
            uniqueKeysWithValues: views.map { name, view in
                var reader = ArrayReader(name: Self.name, train: train)
                reader.channels = bands[name]
                return (name, view.reading(by: reader))
            })
    }

    /// The bands of a row's nine pixels, one band after the other.
    ///
    /// - Parameter values: the four bands of the first pixel, of the second, and so on.
    private static func image(_ values: [UInt8], _ bands: Range<Int>) -> [UInt8] {
        bands.flatMap { band in (0..<9).map { pixel in values[pixel * 4 + band] } }
    }

    private static func rows() throws(DatasetError) -> [(label: String, values: [UInt8])] {
        let text: [UInt8]
        do {
            text = try Gzip.inflate(PackageResources.satellite_csv_gz)
        } catch {
            throw DatasetError(
                .corrupt, "satellite: the program's copy: \(error); build it again")
        }
        let lines = text.split(separator: UInt8(ascii: "\n")).dropFirst()
        return lines.map { line in
            let fields = line.split(separator: UInt8(ascii: ","))
            precondition(fields.count == 37, "the embedded file has rows of a label and 36 values")
            let values = fields.dropFirst().map { field in
                field.reduce(0 as UInt8) { $0 &* 10 &+ ($1 &- UInt8(ascii: "0")) }
            }
            return (String(decoding: fields[0], as: UTF8.self), values)
        }
    }
}

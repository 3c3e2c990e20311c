import FoundationEssentials

/// What `scripts/sampler-reference.py` computed.
struct Vectors: Decodable {
    struct Key: Decodable {
        var seed: String
        var path: [String]
        var named: [Bool]
        var state: String
        var bits: [String]
        var uniform: Float
        var integers: [Int]
    }

    struct Order: Decodable {
        var seed: UInt64
        var stream: String
        var samples: [Int]
        var batch: Int
        var steps: [Int]
        var batches: [[Int]]
        var digests: [String]
        var order: String
    }

    struct ClassOrder: Decodable {
        var seed: UInt64
        var stream: String
        var samples: [Int]
        var classes: [Int]
        var perClass: Int
        var batch: Int
        var steps: [Int]
        var batches: [[Int]]
        var epochs: [[Int]]
        var order: String
    }

    struct Division: Decodable {
        var labels: [Int]
        var classes: Int
        var seed: UInt64
        var held: Int
        var each: Int
        var skew: Double?
        var validation: [Int]
        var parts: [[Int]]
        var rest: [Int]
    }

    struct Augmentation: Decodable {
        var seed: UInt64
        var epoch: Int
        var sample: Int
        var padding: Int
        var flip: Bool
        var down: Int
        var right: Int
        var mirrored: Bool
        var image: [Float]
    }

    struct Hole: Decodable {
        var seed: UInt64
        var epoch: Int
        var sample: Int
        var side: Int
        /// The first and end row and column.
        var hole: [Int]
    }

    struct Mixing: Decodable {
        var form: String
        var alpha: Double
        var step: Int
        var samples: [Int]
        var partners: [Int]
        var share: Float
        /// The first and end row and column of the partner's rectangle.
        var spans: [Int]
        var digest: String
    }

    struct Digits: Decodable {
        var testLabels: [Int]
        var testIdentity: String
        var trainIdentity: String
    }

    var keys: [Key]
    var identity: String
    var viewsIdentity: String
    var samplers: [Order]
    var classSamplers: [ClassOrder]
    var divisions: [Division]
    var augmentations: [Augmentation]
    var holes: [Hole]
    var mixings: [Mixing]
    var digits: Digits

    static func read() throws -> Vectors {
        try JSONDecoder().decode(Vectors.self, from: Data(PackageResources.sampler_json))
    }
}

/// A number as 16 hexadecimal digits, as the vectors have it.
func hexadecimal(_ number: UInt64) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
}

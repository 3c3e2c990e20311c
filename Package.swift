// swift-tools-version: 6.2
import PackageDescription

/// Every target but the loops, the kernels and ZeroMQ is held to strict memory safety.
let safe: [SwiftSetting] = [
    .strictMemorySafety(),
    .treatWarning("StrictMemorySafety", as: .error),
]

/// Those of rooms whose tests look at what is internal.
let testable = safe + [.unsafeFlags(["-enable-testing"])]

/// The loops check nothing, since `Kernels` has checked what it hands them, and use what a
/// processor has beyond SSE. No other target may be compiled so: its preconditions would vanish.
func unchecked(_ features: String...) -> [SwiftSetting] {
    [.unsafeFlags(features.flatMap { ["-Xcc", "-m\($0)"] } + ["-Ounchecked"])]
}

let package = Package(
    name: "cohort",
    products: [.executable(name: "cohort", targets: ["cohort"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(url: "https://github.com/swhitty/FlyingFox", exact: "0.27.1"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2"),
    ],
    targets: [
        .systemLibrary(name: "CAllocator"),
        .systemLibrary(name: "CProcessor"),
        .systemLibrary(name: "CZeroMQ"),
        .systemLibrary(name: "CZlib"),
        .target(name: "CDigests"),
        .target(
            name: "CImages", linkerSettings: [.linkedLibrary("png16"), .linkedLibrary("jpeg")]),
        // Apart, since the compiler fails where these wrappers lie beside other files.
        .target(
            name: "ImageDecoding", dependencies: ["CImages"],
            swiftSettings: safe + [.enableExperimentalFeature("SafeInteropWrappers")]),
        .target(
            name: "Bytes", dependencies: ["CDigests", "CZlib"],
            swiftSettings: safe + [.enableExperimentalFeature("SafeInteropWrappers")]),
        .target(name: "Options", dependencies: ["Bytes"], swiftSettings: safe),
        .target(name: "Limits", swiftSettings: safe),
        .target(name: "Loops"),
        .target(
            name: "VectorLoopsAVX2", dependencies: ["Loops", "CProcessor"],
            path: "Sources/VectorLoops",
            swiftSettings: unchecked("avx2", "fma")),
        // Its folder is a link to the sources of the other.
        .target(
            name: "VectorLoopsAVX512", dependencies: ["Loops", "CProcessor"],
            swiftSettings: [.define("AVX512")]
                + unchecked("avx512f", "avx512vl", "avx512bw", "avx512dq", "fma")),
        // The products of integers: apart, since not all processors with AVX-512 have VNNI.
        .target(
            name: "IntegerLoopsAVX2", dependencies: ["Loops", "CProcessor"],
            path: "Sources/IntegerLoops", swiftSettings: unchecked("avx2", "fma")),
        // Its folder is a link to the sources of the other.
        .target(
            name: "IntegerLoopsVNNI", dependencies: ["Loops", "CProcessor"],
            swiftSettings: [.define("VNNI")]
                + unchecked("avx512f", "avx512vl", "avx512bw", "avx512dq", "avx512vnni", "fma")),
        // Not held to strict memory safety: nearly every line hands a pointer to the loops, and
        // would be marked, so that a mark would mean nothing. Its public face has no pointers.
        .target(
            name: "Kernels",
            dependencies: [
                "Loops", "VectorLoopsAVX2", "VectorLoopsAVX512", "IntegerLoopsAVX2",
                "IntegerLoopsVNNI", "CProcessor",
            ]),
        .target(
            name: "NeuralNetwork", dependencies: ["Kernels", "Bytes", "Options"],
            swiftSettings: safe),
        .target(
            name: "Interchange", dependencies: ["NeuralNetwork", "Kernels", "Bytes"],
            swiftSettings: safe),
        .target(name: "CohortGraph", dependencies: ["Options"], swiftSettings: safe),
        .target(
            name: "Distillation",
            dependencies: ["NeuralNetwork", "CohortGraph", "Options", "Bytes"],
            swiftSettings: safe),
        .target(
            name: "Datasets",
            dependencies: ["NeuralNetwork", "Bytes", "Options", "Limits", "ImageDecoding"],
            exclude: ["Resources/README.md"],
            resources: [
                .embedInCode("Resources/digits.csv.gz"),
                .embedInCode("Resources/satellite.csv.gz"),
            ],
            swiftSettings: safe),
        .target(name: "ZeroMQ", dependencies: ["CZeroMQ", "Bytes"]),
        .target(
            name: "Exchange",
            dependencies: ["CohortGraph", "ZeroMQ", "Bytes", "Options", "Reporting"],
            swiftSettings: safe),
        .target(
            name: "Simulation", dependencies: ["Exchange", "CohortGraph", "Reporting"],
            swiftSettings: safe),
        .target(name: "Reporting", dependencies: ["Bytes"], swiftSettings: safe),
        // Depends on nothing: charts as SVG.
        .target(name: "Charts", swiftSettings: safe),
        .target(
            name: "Analysis", dependencies: ["Reporting", "Charts", "Options", "Bytes"],
            swiftSettings: safe),
        .target(
            name: "Dashboard",
            dependencies: [
                "Reporting", "Bytes", .product(name: "FlyingFox", package: "FlyingFox"),
            ],
            resources: [
                "page.html", "page.css", "format.js", "elements.js", "store.js", "curves.js",
                "chart.js", "edges.js", "graph.js", "matrix.js", "scores.js", "disputes.js",
                "tables.js", "main.js",
            ].map { .embedInCode("Resources/\($0)") },
            swiftSettings: testable),
        .target(name: "Watching", dependencies: ["Bytes", "Reporting"], swiftSettings: testable),
        .target(
            name: "Training",
            dependencies: [
                "NeuralNetwork", "Distillation", "Datasets", "Exchange", "Reporting", "CohortGraph",
                "Bytes", "Options",
            ],
            swiftSettings: safe),
        .target(
            name: "Experiment",
            dependencies: [
                "Training", "CohortGraph", "Distillation", "NeuralNetwork", "Datasets", "Exchange",
                "Reporting", "Options", "Bytes", "ZeroMQ", "Interchange", "Limits",
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: safe),
        .target(
            name: "Launching",
            dependencies: [
                "Bytes", "CohortGraph", .product(name: "Subprocess", package: "swift-subprocess"),
            ],
            swiftSettings: safe),
        .target(
            name: "Orchestration",
            dependencies: [
                "Experiment", "Launching", "Training", "Exchange", "Reporting", "CohortGraph",
                "Kernels", "NeuralNetwork", "Datasets", "ZeroMQ", "Options", "Bytes", "Limits",
                "Analysis", "Dashboard", "Watching",
                .product(name: "Subprocess", package: "swift-subprocess"),
            ],
            swiftSettings: safe),
        .target(
            name: "Benchmarks",
            dependencies: [
                "Bytes", "NeuralNetwork", "Kernels", "Options", "Distillation", "Exchange",
                "CohortGraph", "Reporting", "ZeroMQ", "Limits",
            ],
            swiftSettings: safe),
        .executableTarget(
            name: "cohort",
            dependencies: [
                "Experiment", "Orchestration", "Launching", "Training", "Exchange", "Reporting",
                "Analysis", "Charts", "Dashboard", "Watching", "Kernels", "NeuralNetwork",
                "CohortGraph", "Options", "Bytes", "Benchmarks", "Simulation", "ZeroMQ",
                "CAllocator", "Limits",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: safe),
        .testTarget(name: "LimitsTests", dependencies: ["Limits"], swiftSettings: safe),
        .testTarget(name: "OptionsTests", dependencies: ["Options"], swiftSettings: safe),
        .testTarget(
            name: "CohortGraphTests", dependencies: ["CohortGraph", "Options", "TestRegistries"],
            swiftSettings: safe),
        .target(
            name: "TestRegistries", dependencies: ["CohortGraph", "Options"],
            path: "Tests/TestRegistries",
            swiftSettings: safe),
        .testTarget(
            name: "ExperimentTests",
            dependencies: [
                "Experiment", "CohortGraph", "Options", "Bytes", "TestRegistries", "Training",
                "Datasets", "Reporting", "Simulation", "NeuralNetwork", "Distillation",
                "Exchange", "Limits",
            ],
            swiftSettings: safe),
        .target(
            name: "ReferenceNumbers", dependencies: ["NeuralNetwork", "Bytes"],
            path: "Tests/ReferenceNumbers", swiftSettings: safe),
        .testTarget(
            name: "KernelsTests",
            dependencies: [
                "Kernels", "Loops", "VectorLoopsAVX2", "VectorLoopsAVX512", "IntegerLoopsAVX2",
                "IntegerLoopsVNNI",
            ]),
        .testTarget(
            name: "NeuralNetworkTests",
            dependencies: ["Bytes", "NeuralNetwork", "Kernels", "Options", "ReferenceNumbers"],
            resources: [.copy("Fixtures")], swiftSettings: safe),
        .testTarget(
            name: "InterchangeTests",
            dependencies: ["Interchange", "NeuralNetwork", "Options", "Bytes"],
            swiftSettings: safe),
        .testTarget(
            name: "BenchmarksTests",
            dependencies: ["Benchmarks", "Bytes", "NeuralNetwork", "Options"],
            swiftSettings: safe),
        .testTarget(
            name: "TrainingTests",
            dependencies: [
                "Bytes",
                "Training", "Exchange", "Distillation", "Datasets", "NeuralNetwork", "Kernels",
                "CohortGraph", "Reporting", "Options", "ReferenceNumbers",
            ],
            resources: [.copy("Fixtures")], swiftSettings: safe),
        .testTarget(
            name: "DistillationTests",
            dependencies: [
                "Bytes", "Distillation", "CohortGraph", "NeuralNetwork", "Options",
                "ReferenceNumbers",
            ],
            resources: [.copy("Fixtures")], swiftSettings: safe),
        .testTarget(
            name: "DatasetsTests",
            dependencies: ["Datasets", "ImageDecoding", "NeuralNetwork", "Options", "Bytes"],
            resources: [.embedInCode("Fixtures/sampler.json"), .copy("Fixtures/Data")],
            swiftSettings: safe),
        .testTarget(
            name: "ReportingTests", dependencies: ["Bytes", "Reporting"], swiftSettings: safe),
        .testTarget(
            name: "DashboardTests",
            dependencies: [
                "Bytes", "Dashboard", "Reporting",
                .product(name: "FlyingSocks", package: "FlyingFox"),
            ],
            swiftSettings: safe),
        .testTarget(name: "ChartsTests", dependencies: ["Charts"], swiftSettings: safe),
        .testTarget(
            name: "AnalysisTests",
            dependencies: ["Analysis", "Charts", "Reporting", "Options", "Bytes"],
            swiftSettings: safe),
        .testTarget(
            name: "WatchingTests", dependencies: ["Bytes", "Reporting", "Watching"],
            swiftSettings: safe),
        // What scripts/reliability.sh breaks networks with.
        .executableTarget(name: "trouble", path: "Tests/Trouble", swiftSettings: safe),
        // What scripts/test-export.sh compares with other programs.
        .executableTarget(
            name: "export-probe",
            dependencies: ["Interchange", "NeuralNetwork", "Options", "Bytes"],
            path: "Tests/ExportProbe", swiftSettings: safe),
        .executableTarget(
            name: "launching-probe", dependencies: ["Launching"], path: "Tests/LaunchingProbe",
            swiftSettings: safe),
        .testTarget(
            name: "LaunchingTests",
            dependencies: [
                "Bytes", "Launching", "launching-probe",
                .product(name: "Subprocess", package: "swift-subprocess"),
            ],
            swiftSettings: safe),
        .testTarget(
            name: "OrchestrationTests",
            dependencies: [
                "Orchestration", "Experiment", "Launching", "Training", "Exchange", "Reporting",
                "Watching", "Options", "Bytes", "ZeroMQ", "Limits",
                .product(name: "Subprocess", package: "swift-subprocess"),
            ],
            swiftSettings: safe),
        .testTarget(
            name: "SimulationTests", dependencies: ["Simulation"], swiftSettings: safe),
        .testTarget(name: "BytesTests", dependencies: ["Bytes"], swiftSettings: safe),
        .testTarget(
            name: "ZeroMQTests", dependencies: ["ZeroMQ", "CZeroMQ"], swiftSettings: safe),
        .testTarget(
            name: "ExchangeTests",
            dependencies: [
                "Exchange", "ZeroMQ", "CohortGraph", "Bytes", "Simulation",
            ],
            resources: [.embedInCode("golden.txt"), .embedInCode("journal-golden.txt")],
            swiftSettings: safe),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "cohort", "Experiment", "Orchestration", "Reporting", "Exchange", "CohortGraph",
                "Simulation",
                .product(name: "Subprocess", package: "swift-subprocess"),
            ],
            exclude: ["Pictures"], swiftSettings: safe),
    ],
    swiftLanguageModes: [.v6]
)

// The fuzzer needs instrumented code, and libFuzzer at its end: `scripts/fuzz.sh` asks for both.
// The usual linker stumbles over libFuzzer's own `main` beside this one's.
if Context.environment["COHORT_FUZZ"] != nil {
    package.targets.append(
        .executableTarget(
            name: "fuzz",
            dependencies: [
                "Exchange", "Experiment", "Datasets", "ImageDecoding", "NeuralNetwork",
                "CohortGraph",
                "Bytes", "Distillation", "Training", "Launching",
            ], path: "Tests/Fuzzing", exclude: ["Corpus"],
            linkerSettings: [.unsafeFlags(["-use-ld=lld"])]))
}

// `COHORT_ROOM=Distillation swift test -c release` builds and tests one room, and what it stands
// on.
if let room = Context.environment["COHORT_ROOM"] {
    var wanted: Set = ["\(room)Tests"]
    var found = 0
    while found < wanted.count {
        found = wanted.count
        for target in package.targets where wanted.contains(target.name) {
            for case .byNameItem(let name, _) in target.dependencies { wanted.insert(name) }
        }
    }
    package.targets.removeAll { !wanted.contains($0.name) }
    package.products = []
}

import Kernels

/// The processor, and the instructions that the kernels use of it.
enum ProcessorCheck: HealthCheck {
    static let name = "processor"
    static let summary = "the processor, and which of its vector instructions are used"

    static func examine(_ here: Surroundings) -> [Examination.Finding] {
        let model = here.files.value(of: "model name", in: "/proc/cpuinfo")?
            .drop { $0 == ":" || $0 == " " }
        let vectors = Processor.vectors.rawValue.uppercased()
        let asked = here.environment[Processor.variable].map { ", by \(Processor.variable)=\($0)" }
        let value = [model.map(String.init), vectors + (asked ?? "")].compactMap(\.self)
        return [.ok(value.joined(separator: ", "))]
    }
}


import Simulation
import Foundation
// sim learners steps graph missing fan seed count trace
let a = CommandLine.arguments
let graph = Graph(rawValue: a[3])!
let missing = Missing(rawValue: a[4])
let fan = Int(a[5])
var plan = SimulationPlan(learners: Int(a[1])!, steps: Int(a[2])!, graph: graph, missing: missing, fan: fan)
var digest: UInt64 = 0
let trace = a.count > 8
var messages = 0
for seed in UInt64(a[6])!..<UInt64(a[6])! + UInt64(a[7])! {
    let outcome = Simulation(plan, seed: seed, trace: trace ? { print($0) } : nil).run()
    if let v = outcome.violation { print("VIOLATION", seed, v) }
    messages += outcome.messages
    digest = (digest &* 31) ^ outcome.digest
}
print(messages, String(digest, radix: 16))

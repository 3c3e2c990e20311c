// What the tests run as a process of its own:
//   launching-probe run GRACE_SECONDS SCRIPT...   a launcher of shell scripts named p0, p1, …
//   launching-probe watch                         a learner that ends with its standard input
//   launching-probe stop                          a learner that notes a signal and goes on
import Foundation
import Launching

func say(_ line: String) {
    try? FileHandle.standardOutput.write(contentsOf: Data("\(line)\n".utf8))
}

func launch(grace: Double, scripts: [String]) async throws -> Int32 {
    let processes = scripts.enumerated().map { index, script in
        ProcessSpec(name: "p\(index)", executable: "/bin/sh", arguments: ["-c", script])
    }
    let plan = ProcessPlan(processes, grace: .seconds(grace))
    let outcome = try await LocalLauncher().run(plan) { event in
        switch event {
        case .started: break
        case .output(let name, let line): say("\(name): \(line)")
        case .error(let name, let line): say("\(name)! \(line)")
        case .ended(let end): say("\(end)")
        case .restarting(let end, _): say("\(end); again")
        case .lost(let end): say("\(end); lost")
        case .stopping(let reason): say("stopping: \(reason)")
        }
    }
    return outcome.exitCode.rawValue
}

let words = CommandLine.arguments.dropFirst()
switch words.first {
case "run":
    exit(
        try await launch(
            grace: Double(words.dropFirst().first ?? "") ?? 10,
            scripts: Array(words.dropFirst(2))))
case "watch":
    say("up")
    StandardInputWatch.start {
        say("input has ended")
        exit(0)
    }
    while true { pause() }
case "stop":
    let flag = StopFlag()
    let trap = SignalTrap { number in
        flag.raise(number)
        say("noted \(flag.signal ?? 0)")
    }
    say("up")
    while true { pause() }
    withExtendedLifetime(trap) {}
default:
    exit(64)
}

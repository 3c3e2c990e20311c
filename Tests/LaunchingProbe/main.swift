// What the tests run as a process of its own:
//   launching-probe run GRACE_SECONDS SCRIPT...   a launcher of shell scripts named p0, p1, …
//   launching-probe watch                         a learner that ends with its standard input
//   launching-probe stop                          a learner that notes a signal and goes on
//   launching-probe remote SCRIPT                 a script on another host, and what it printed
//   launching-probe remote-file SCRIPT            the same, with its output in a file
//   launching-probe remote-process SCRIPT         the same as a process of a plan
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
        case .tick: break
        }
    }
    return outcome.exitCode.rawValue
}

/// A host whose folder is there.
let host = {
    var host = RemoteHost(name: "there")
    host.folder = "/"
    host.program = "sh"
    return host
}()

func remoteScript(_ text: String) -> RemoteScript {
    var script = RemoteScript(in: host)
    script.run(["sh", "-c", text])
    script.exit()
    return script
}

func runRemotely(_ text: String) async throws {
    let end = try await SSH().run(remoteScript(text), on: host)
    say("output: \(end.output)")
    say("errors: \(end.errors)")
    say("code: \(end.exitCode)")
}

func runIntoFile(_ text: String) async throws {
    let file = NSTemporaryDirectory() + "/output-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: file) }
    let end = try await SSH().run(remoteScript(text), on: host, into: file)
    let data = try Data(contentsOf: URL(fileURLWithPath: file))
    say("bytes: \(data.count)")
    say("first: " + data.prefix(3).map { String($0) }.joined(separator: " "))
    say("code: \(end.exitCode)")
}

func launchRemotely(_ text: String) async throws {
    let process = SSH().process(named: "p", on: host, ["-c", text])
    let outcome = try await LocalLauncher().run(ProcessPlan([process])) { event in
        switch event {
        case .output(_, let line): say("out \(line)")
        case .error(_, let line): say("err \(line)")
        default: break
        }
    }
    say("code: \(outcome.exitCode)")
}

let words = CommandLine.arguments.dropFirst()
switch words.first {
case "run":
    exit(
        try await launch(
            grace: Double(words.dropFirst().first ?? "") ?? 10,
            scripts: Array(words.dropFirst(2))))
case "remote": try await runRemotely(words.last ?? "")
case "remote-file": try await runIntoFile(words.last ?? "")
case "remote-process": try await launchRemotely(words.last ?? "")
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

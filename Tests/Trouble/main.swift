// Trouble for running cohorts, for scripts/reliability.sh: trouble network BEHIND FRONT     a
// network between learners that listen at the address BEHIND and those that were told FRONT;
// standard input says what it does: cut, one-way, delay MILLISECONDS, drop, heal trouble mute
// ADDRESS COUNT       so many connections to every port of an address, which say nothing until
// standard input ends trouble announce ADDRESS COUNT   so many strangers who announce a frame of 8
// GiB The last line of each says how many connections there were.
import Foundation

let words = Array(CommandLine.arguments.dropFirst())

func say(_ count: Int) {
    try? FileHandle.standardOutput.write(contentsOf: Data("\(count)\n".utf8))
}

func address(_ text: String) -> in_addr_t { unsafe inet_addr(text) }

func weatherOfStandardInput(_ network: Network) {
    while let line = readLine() {
        let order = line.split(separator: " ")
        network.change { weather in
            switch order.first {
            case "cut": weather.isCut = true
            case "one-way": weather.isOneWay = true
            case "delay": weather.delay = (order.last.flatMap { UInt32($0) } ?? 0) * 1000
            case "drop": weather.drops += 1
            default: weather = Weather(drops: weather.drops)
            }
        }
    }
}

/// Connects `count` times, says something on each, and keeps those that are not refused.
func strangers(at address: in_addr_t, count: Int, saying greeting: [UInt8]) -> [Int32] {
    let ports = listeningPorts(of: address)
    return (0..<count).compactMap { index in
        guard !ports.isEmpty,
            let socket = connectedSocket(to: address, port: ports[index % ports.count])
        else { return nil }
        if !greeting.isEmpty {
            _ = unsafe send(socket, greeting, greeting.count, Int32(MSG_NOSIGNAL))
        }
        return socket
    }
}

switch (words.first, words.count) {
case ("network", 3):
    let network = Network(behind: address(words[1]), front: address(words[2]))
    Thread.detachNewThread { network.run() }
    weatherOfStandardInput(network)
    say(network.count)
case ("mute", 3), ("announce", 3):
    // ZMTP 1.0: a frame of so many bytes in eight, after the one that says so.
    let greeting: [UInt8] = words[0] == "mute" ? [] : [0xFF, 0, 0, 0, 2, 0, 0, 0, 0]
    let sockets = strangers(
        at: address(words[1]), count: Int(words[2]) ?? 1, saying: greeting)
    say(sockets.count)
    while readLine() != nil {}
default:
    exit(64)
}

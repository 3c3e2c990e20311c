import Launching

/// The names by which hosts are reached, there and back.
enum NamesCheck: HealthCheck {
    static let name = "names"
    static let summary = "the names by which hosts are reached, there and back"

    static func examine(_ here: Surroundings) async -> [Examination.Finding] {
        let exchange = here.configuration?.exchange
        let advertised = [exchange?.advertised, exchange?.host].compactMap(\.self)
        let needed = (here.names + advertised).filter { !NetworkAddress.isNumeric($0) }
        let isAlone = here.names.isEmpty && exchange?.isLocal != false
        var names = [(name: here.hostName, isNeeded: false)]
        for name in needed where !names.contains(where: { $0.name == name && $0.isNeeded }) {
            names.append((name: name, isNeeded: true))
        }
        return await concurrently(names) { entry in
            await finding(entry.name, isNeeded: entry.isNeeded, isAlone: isAlone, here)
        }
    }

    private static func finding(
        _ name: String, isNeeded: Bool, isAlone: Bool, _ here: Surroundings
    ) async -> Examination.Finding {
        guard let addresses = await here.lookup.addresses(of: name) else {
            return unresolved("\(name): no answer came in time", isNeeded, isAlone)
        }
        guard let address = addresses.first else {
            return unresolved("\(name) has no address", isNeeded, isAlone)
        }
        let all = addresses.joined(separator: ", ")
        if !isAlone, addresses.allSatisfy(NetworkAddress.isLoopback) {
            return .warning(
                "\(name) is \(all), where no other host reaches it",
                remedy: "name its address by addr= or exchange.advertise, or mend /etc/hosts")
        }
        let back = await here.lookup.names(of: address)
        let known = (back ?? []).contains {
            $0 == name || $0.hasPrefix("\(name).") || name.hasPrefix("\($0).")
        }
        let words = back == nil ? "no answer" : back?.joined(separator: ", ") ?? ""
        // Nothing of a run depends on the way back.
        return .ok(
            "\(name) is \(all)" + (known ? "" : ", and back \(words.isEmpty ? "nothing" : words)"))
    }

    private static func unresolved(
        _ value: String, _ isNeeded: Bool, _ isAlone: Bool
    ) -> Examination.Finding {
        let remedy = "add it to /etc/hosts or to the name server, or use addresses"
        return isNeeded
            ? .failure(value, remedy: remedy, exitCode: .unavailable)
            : isAlone ? .ok("\(value), and none is needed") : .warning(value, remedy: remedy)
    }
}

import CohortGraph
import Exchange
import Options

/// How learners reach one another: `exchange:`.
public struct ExchangeOptions: Hashable, Sendable {
    /// By which sockets messages travel.
    public enum Transport: String, CaseIterable, Sendable {
        /// Sockets in a private folder of one host.
        case ipc
        case tcp
    }

    /// Whether sockets ask for keys.
    public enum Security: String, CaseIterable, Sendable {
        /// Whoever reaches a socket is believed.
        case plain
        /// Keys, encryption and a list of those that may take part.
        case curve
    }

    /// By which sockets messages travel.
    public var transport: Transport
    /// The address on which this host's learners are reached by tcp.
    public var host: String
    /// The address by which others reach it, where that is another; nil: `host` itself.
    public var advertised: String?
    /// Whether messages go from learner to learner or through relays.
    public var topology: Topology
    /// How many learners or relays one relay serves at most.
    public var fanOut: Int
    /// Whether sockets ask for keys.
    public var security: Security
    /// The folder of the public keys of external learners.
    public var keys: String
    /// Seconds that learners wait for all to join.
    public var joinLimit: Double
    /// Seconds that a learner waits for the knowledge of one step.
    public var stepLimit: Double
    /// Seconds that a learner waits for knowledge that it can go on without (`missing: drop` or
    /// `bank`).
    public var missingLimit: Double
    /// How many learners a step needs, where it can go on without some.
    public var quorum: Quorum
    /// MiB of its journal that a learner retains for peers that may need it again.
    public var journal: Double
    /// Steps by which a learner may be ahead of those that it teaches.
    public var window: Int
    /// From how many useless messages of a teacher on each costs it how many steps.
    public var quarantine: Quarantine.Rules
}

extension ExchangeOptions {
    /// What each key changes: numbers, also where all processes must count or wait alike.
    static let keys: SettingKeys = [
        "transport": .placement, "host": .placement, "advertise": .placement,
        "security": .placement, "keys": .placement, "topology": .numbers, "fan": .numbers,
        "window": .numbers, "quorum": .numbers, "journal": .placement,
        "timeouts": ["join": .placement, "step": .placement, "missing": .placement],
        "quarantine": ["strikes": .numbers, "steps": .numbers],
    ]

    init(_ setting: Setting?) throws(SettingError) {
        var reader = OptionReader(setting, subject: "exchange", keys: Self.keys)
        transport = reader.choice("transport", default: .ipc)
        host = reader.value("host", default: "127.0.0.1")
        if host.isEmpty { reader.note(reader.failure("host", "is empty; name an address")) }
        advertised = reader.optional("advertise", String.self)
        if advertised == "" {
            reader.note(
                reader.failure("advertise", "is empty; name the address that others connect to"))
        }
        let isLocal = Self.isLocal(transport, host)
        topology = reader.choice("topology", default: .auto)
        fanOut = reader.value(
            "fan", default: Self.usualFanOut, in: 2...4096, help: "learners or relays below a relay"
        )
        security = reader.choice("security", default: isLocal ? .plain : .curve)
        keys = reader.path("keys", default: "keys")
        window = reader.value("window", default: 2, in: 2...1024)
        (joinLimit, stepLimit, missingLimit) = reader.group("timeouts", default: (60, 120, 2)) {
            (
                $0.value("join", default: 60, in: 0.1...1e6, help: "seconds"),
                $0.value("step", default: 120, in: 0.1...1e6, help: "seconds"),
                $0.value("missing", default: 2, in: 0.01...1e6, help: "seconds")
            )
        }
        quorum = Self.quorum(&reader)
        journal = reader.value("journal", default: 256, in: 0.001...1e9, help: "MiB")
        quarantine = reader.group("quarantine", default: Quarantine.Rules(strikes: 3, steps: 100)) {
            Quarantine.Rules(
                strikes: $0.value("strikes", default: 3, in: 1...1_000_000),
                steps: $0.value("steps", default: 100, in: 0...1_000_000))
        }
        try reader.finish()
    }

    /// One relay with so many below it is still faster than two levels.
    static let usualFanOut = 64

    private static func quorum(_ reader: inout OptionReader) -> Quorum {
        switch reader.value("quorum", default: "none") {
        case "none": return .none
        case "majority": return .majority
        case let text:
            guard let count = Int(text), 1...1_000_000 ~= count else {
                reader.note(
                    reader.failure(
                        "quorum", "is '\(text)'; use none, majority or a number of learners"))
                return .none
            }
            return .atLeast(count)
        }
    }

    /// `quorum` as it is written.
    var quorumSetting: Setting {
        switch quorum {
        case .none: .scalar("none")
        case .majority: .scalar("majority")
        case .atLeast(let count): .scalar(count)
        }
    }

    /// Whether none but this host reaches the sockets.
    private static func isLocal(_ transport: Transport, _ host: String) -> Bool {
        transport == .ipc || ["[::1]", "::1", "localhost", "lo"].contains(host)
            || host.wholeMatch(of: /127\.\d{1,3}\.\d{1,3}\.\d{1,3}/) != nil
    }

    /// Whether none but this host reaches the sockets.
    public var isLocal: Bool { Self.isLocal(transport, host) }

    /// In full form, but for the security that follows from the host: whoever repeats the run with
    /// another host shall not have asked for a plain exchange by name.
    var setting: Setting {
        let isUsual = security == (Self.isLocal(transport, host) ? .plain : .curve)
        return .map([
            "transport": .scalar(transport.rawValue), "host": .scalar(host),
            "advertise": advertised.map { .scalar($0) },
            "security": isUsual ? nil : .scalar(security.rawValue), "keys": .scalar(keys),
            "topology": .scalar(topology.rawValue), "fan": .scalar(fanOut),
            "window": .scalar(window),
            "quorum": quorumSetting, "journal": .scalar(journal),
            "timeouts": .map([
                "join": .scalar(joinLimit), "step": .scalar(stepLimit),
                "missing": .scalar(missingLimit),
            ]),
            "quarantine": quarantineSetting,
        ])
    }

    /// `quarantine` as it is written.
    var quarantineSetting: Setting {
        .map([
            "strikes": .scalar(quarantine.strikes), "steps": .scalar(quarantine.steps),
        ])
    }
}

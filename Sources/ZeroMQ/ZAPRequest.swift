/// A question that libzmq asks about a new connection, and the answers (RFC 27,
/// <https://rfc.zeromq.org/spec/27/>).
struct ZAPRequest {
    enum Verdict {
        case admitted(as: String)
        case refused(String)
        /// The other side is disconnected unsaid, and tries again by itself.
        case later
    }

    private static let version = "1.0"

    /// The frames that lead back to whoever asks: a routing id and an empty one.
    private let route: [[UInt8]]
    private let id: [UInt8]
    let domain: String
    let address: String
    let mechanism: String
    let credentials: [[UInt8]]

    /// Nil for what is no request of this version.
    init?(_ frames: [[UInt8]]) {
        guard frames.count >= 8, frames[1].isEmpty, text(frames[2]) == Self.version else {
            return nil
        }
        route = Array(frames[..<2])
        id = frames[3]
        domain = text(frames[4])
        address = text(frames[5])
        mechanism = text(frames[7])
        credentials = Array(frames[8...])
    }

    /// The frames of an answer. Strangers get no reason.
    func reply(_ verdict: Verdict) -> [[UInt8]] {
        let (status, reason, user) =
            switch verdict {
            case .admitted(let name): ("200", "OK", name)
            case .refused: ("400", "refused", "")
            case .later: ("300", "try again", "")
            }
        let metadata: [UInt8] = []
        return route + [Array(Self.version.utf8), id]
            + [status, reason, user].map { Array($0.utf8) } + [metadata]
    }
}

private func text(_ frame: [UInt8]) -> String { String(decoding: frame, as: UTF8.self) }

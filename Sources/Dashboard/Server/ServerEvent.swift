/// One of the events of a stream of `text/event-stream`.
struct ServerEvent: Sendable {
    /// What a browser hands back when it connects again; nil of all but the last part of an answer.
    var id: String?
    /// One line of JSON.
    var data: String

    /// As it is sent.
    var text: String { (id.map { "id: \($0)\n" } ?? "") + "data: \(data)\n\n" }

    /// A line without meaning, by which either side notices that the other has gone away.
    static let heartbeat = ": \n\n"
    /// How long a browser waits before it connects again, in milliseconds.
    static let retry = "retry: 1000\n\n"
}

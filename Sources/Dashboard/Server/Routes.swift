import FlyingFox
import Foundation
import Reporting

/// The answers of the server: the page at `/`, its events at `/events`, and the picture of each
/// disputed sample at `/samples/NUMBER.png`.
struct Routes: Sendable {
    let run: LiveRun
    let access: Access
    private let streams = OpenStreams(most: Routes.mostStreams)

    /// How many pages are followed at once.
    static let mostStreams = 64

    /// The answers of a server of a run.
    init(run: LiveRun, access: Access) { (self.run, self.access) = (run, access) }

    /// Answers a request, or says why not: 421 for another host's name, 401 without the token, 405
    /// for what is no reading, 404 for what is not there, 503 for the events of one page too many.
    func answer(to request: HTTPRequest) async -> HTTPResponse {
        switch access.refusal(host: request.headers[.host], token: request.query["token"]) {
        case .wrongHost: return Self.refusal(.misdirectedRequest, "this server has another name")
        case .noToken: return Self.refusal(.unauthorized, "open the address with its token")
        case nil: break
        }
        guard request.method == .GET else {
            return Self.refusal(.methodNotAllowed, "this server is read from, not written to")
        }
        switch request.path {
        case "/": return await page()
        case "/events": return events(for: request)
        default:
            if let picture = await picture(at: request.path) { return picture }
            return Self.refusal(.notFound, "there is nothing here but the page at /")
        }
    }

    private func picture(at path: String) async -> HTTPResponse? {
        guard let number = path.wholeMatch(of: /\/samples\/(\d{1,18})\.png/).flatMap({ Int($0.1) }),
            let png = await run.disputes.picture(of: number)
        else { return nil }
        return HTTPResponse(
            statusCode: .ok, headers: Self.headers("image/png"), body: Data(png))
    }

    private func page() async -> HTTPResponse {
        let page = Page(title: await run.title, data: nil)
        var headers = Self.headers("text/html; charset=utf-8")
        headers[HTTPHeader("Content-Security-Policy")] = page.policy + "; frame-ancestors 'none'"
        return HTTPResponse(statusCode: .ok, headers: headers, body: Data(page.html.utf8))
    }

    private func events(for request: HTTPRequest) -> HTTPResponse {
        func names(_ key: String) -> Set<String> {
            Set((request.query[key] ?? "").split(separator: ",").map(String.init))
        }
        guard let place = streams.place() else {
            return Self.refusal(
                .serviceUnavailable, "\(streams.most) pages are open: close one of them")
        }
        let stream = EventStream(
            run: run, place: place,
            selection: .init(metrics: names("metrics"), quantities: names("quantities")),
            position: request.headers[HTTPHeader("Last-Event-ID")])
        return HTTPResponse(
            statusCode: .ok, headers: Self.headers("text/event-stream"),
            body: HTTPBodySequence(from: stream))
    }

    private static func refusal(_ code: HTTPStatusCode, _ text: String) -> HTTPResponse {
        HTTPResponse(
            statusCode: code, headers: headers("text/plain; charset=utf-8"),
            body: Data("\(text)\n".utf8))
    }

    private static func headers(_ type: String) -> HTTPHeaders {
        [
            .contentType: type, .cacheControl: "no-store",
            HTTPHeader("X-Content-Type-Options"): "nosniff",
            HTTPHeader("Referrer-Policy"): "no-referrer",
            HTTPHeader("Cross-Origin-Resource-Policy"): "same-origin",
        ]
    }
}

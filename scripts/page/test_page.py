"""Tests of the page in a headless Chromium: it draws, follows the run, and obeys its controls.

    test_page.py PROGRAM REPORT [PICTURES]

PROGRAM is `cohort`; REPORT a `report.html` that a run left; PICTURES a folder for screenshots.
"""

import os
import re
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

from browser import Browser, end
from made_run import MadeRun

# Whatever hangs, such as a server that prints no address, ends the test after so long.
LIMIT_SECONDS = 600
HOSTILE = "</script><img src=x onerror=\"document.title='owned'\"><b id=owned>"
CURVES = "document.querySelectorAll('#chart .curve:not(.raw)').length"
CELLS = ("[...document.querySelectorAll('#matrix path.cell')]"
         ".reduce((sum, path) => sum + path.getAttribute('d').split('M').length - 1, 0)")
PICTURES = ("[...document.querySelectorAll('#samples img')].length > 0 && "
            "[...document.querySelectorAll('#samples img')].every((i) => i.naturalWidth > 0)")
STATUS = "document.getElementById('status').textContent"
LAST = "document.querySelector('#chart [data-key=a]').getAttribute('d')"


class Server:
    """`cohort watch RUN --web`."""

    def __init__(self, program, run, port=0):
        self.process = subprocess.Popen(
            [program, "watch", run, "--web", "--port", str(port)], stdout=subprocess.PIPE,
            text=True)
        self.address = self.process.stdout.readline().strip()
        assert self.address.startswith("http://127.0.0.1:"), self.address

    @property
    def port(self):
        return int(re.search(r":(\d+)/", self.address).group(1))

    def stop(self):
        # A process that was begun in the background may not hear of an interrupt.
        end(self.process)


class PageTest:
    """One page over one run that grows."""

    def __init__(self, program, pictures):
        self.program, self.pictures = program, pictures
        self.folder = tempfile.TemporaryDirectory()
        self.run = MadeRun(f"{self.folder.name}/made/1", ["a", "b", "c", "d"], model=HOSTILE)
        for part in ["", "/alone"]:
            self.run.start(2000, part)
            self.run.steps(20, 600, 20, part)
        self.run.say("a", HOSTILE)
        self.run.answers(600)
        self.server = Server(program, self.run.path)
        self.browser = Browser()
        self.browser.open(self.server.address)
        self.browser.wait(f"{CURVES} === 8")

    def close(self):
        self.browser.close()
        self.server.stop()
        self.folder.cleanup()

    def test_draws_everything(self):
        value = self.browser.value
        assert value("document.querySelectorAll('#learners tbody tr').length") == 4
        assert value("document.querySelectorAll('#graph .node').length") == 4
        assert value("document.querySelectorAll('#graph [data-edge]').length") == 4
        assert value(CELLS) == 16
        value("document.getElementById('edge-table').closest('details').open = true")
        self.browser.wait("document.querySelectorAll('#edge-table tbody tr').length === 4")
        assert value("document.querySelectorAll('#waits .wait').length") == 4
        assert "made" in value("document.getElementById('title').textContent")

    def test_shows_how_sure_the_answers_are(self):
        value = self.browser.value
        assert value("document.querySelectorAll('#diagrams figure').length") == 4
        text = value("document.getElementById('diagrams').textContent")
        assert "error 8.00 %, alone 8.00 %" in text, text
        value("document.getElementById('calibration-table').closest('details').open = true")
        self.browser.wait("document.querySelectorAll('#calibration-table tbody tr').length === 12")

    def test_shows_which_classes_are_mistaken(self):
        value = self.browser.value
        reading = "document.getElementById('confusion-reading').textContent"
        names = "[...document.getElementById('confused').options].map((o) => o.value)"
        assert value(names) == ["a", "b", "c", "d", "alone/a", "alone/b", "alone/c", "alone/d"]
        assert value("document.querySelectorAll('#class-table tbody tr').length") == 4
        value("document.getElementById('confusion-matrix').focus()")
        self.browser.press("ArrowRight")
        self.browser.wait(f"{reading}.startsWith('0: 2 of 10 samples taken for 1 (20.00 %)')")
        self.browser.choose("confused", "alone/d")
        self.browser.press("ArrowLeft")
        self.browser.wait(f"{reading}.startsWith('0: 7 of 10 samples named right')")

    def test_shows_what_learners_disagree_on(self):
        self.browser.wait("document.querySelectorAll('#samples .sample').length === 24")
        scores = self.browser.value(
            "[...document.querySelectorAll('#samples small')].map((e) => e.textContent)")
        numbers = [float(re.fullmatch(r" divergence ([\d.]+)", text)[1]) for text in scores]
        assert numbers == sorted(numbers, reverse=True) and numbers[0] > 0, numbers
        first = self.browser.value("document.querySelector('#samples .sample').textContent")
        assert re.search(r"[abcd] \d+ %", first), first
        # The configuration names no data.
        self.browser.wait("document.getElementById('dispute-notes').textContent"
                          ".startsWith('The samples are not shown: ')")
        self.run.answers(620, labels=(1, 0) * 6)
        self.browser.wait("document.querySelectorAll('#samples .sample').length === 12")

    def test_takes_no_text_for_markup(self):
        assert self.browser.value("document.getElementById('owned')") is None
        assert "owned" not in self.browser.value("document.title")
        assert HOSTILE in self.browser.value("document.getElementById('messages').textContent")
        assert HOSTILE in self.browser.value("document.getElementById('learners').textContent")

    def test_follows_the_run(self):
        before = self.browser.value(LAST)
        self.run.steps(620, 700, 20, tests=4)
        self.browser.wait(f"{LAST} !== {before!r}")
        self.browser.wait("document.getElementById('tiles').textContent.includes('700')")

    def test_goes_on_after_a_lost_connection(self):
        port = self.server.port
        self.server.stop()
        self.browser.wait(f"{STATUS} === 'connection lost'")
        before = self.browser.value(LAST)
        self.run.steps(720, 800, 20)
        self.server = Server(self.program, self.run.path, port)
        self.browser.wait(f"{LAST} !== {before!r}")
        self.browser.wait(f"{STATUS} !== 'connection lost'")
        # What the browser wrote of the lost connection is no error of the page.
        self.browser.errors = [e for e in self.browser.errors if "ERR_CONNECTION" not in e
                               and "ERR_INCOMPLETE_CHUNKED" not in e]

    def test_filters(self):
        self.browser.choose("filter", "a c")
        self.browser.wait(f"{CURVES} === 4")
        self.browser.choose("alone", False)
        self.browser.wait(f"{CURVES} === 2")
        self.browser.choose("filter", "stud")
        self.browser.wait(f"{CURVES} === 4")
        self.browser.choose("filter", "")
        self.browser.value("document.querySelector('#learners input').click()")
        self.browser.wait(f"{CURVES} === 3")
        self.browser.value("document.querySelector('#learners input').click()")
        self.browser.choose("alone", True)
        self.browser.wait(f"{CURVES} === 8")

    def test_changes_its_scale(self):
        plain = self.browser.value(LAST)
        self.browser.choose("log", True)
        self.browser.wait(f"{LAST} !== {plain!r}")
        self.browser.choose("log", False)
        self.browser.choose("smoothing", 0.9)
        self.browser.wait("document.querySelectorAll('#chart .raw').length === 8")
        self.browser.choose("smoothing", 0)
        for axis in ["epoch", "time", "step"]:
            self.browser.choose("axis", axis)
            self.browser.wait(f"{CURVES} === 8")

    def test_shows_other_numbers(self):
        self.browser.choose("metric", "test_accuracy")
        self.browser.wait(f"document.getElementById('chart').textContent.includes(' %')"
                          f" && {CURVES} === 8")
        self.browser.choose("quantity", "agreement")
        self.browser.wait("document.getElementById('matrix').textContent.includes('%')")
        self.browser.choose("moment", 0)
        self.browser.wait("document.getElementById('moment-value').textContent !== 'now'")
        self.browser.choose("quantity", "divergence")
        self.browser.choose("metric", "total_loss")
        self.browser.wait(f"!document.getElementById('chart').textContent.includes(' %')"
                          f" && {CURVES} === 8")

    def test_reads_values(self):
        self.browser.value("scrollTo(0, 0)")
        left, top = self.browser.value(
            "(() => { const r = document.getElementById('chart').getBoundingClientRect();"
            " return [r.x + r.width / 2, r.y + 80]; })()")
        self.browser.point("mouseMoved", left, top)
        self.browser.wait("document.querySelectorAll('#chart .tip li').length === 8")
        self.browser.value("document.getElementById('chart').focus()")
        self.browser.press("ArrowLeft")
        self.browser.wait("document.getElementById('chart-reading').textContent.includes('Step')")
        self.browser.value("document.getElementById('matrix').focus()")
        self.browser.press("ArrowRight")
        self.browser.wait("document.getElementById('edge-reading').textContent.includes('→')")

    def test_reads_cells_under_the_pointer(self):
        x, y, width = self.browser.value(
            "(() => { const r = document.querySelector('#matrix svg').getBoundingClientRect();"
            " return [r.x, r.y, r.width]; })()")
        # The last student learns from the first teacher.
        names = 34 + 7
        cell = (520 - names - 10) / 4
        self.browser.point("mouseMoved", x + (names + cell / 2) * width / 520,
                           y + (names + 3.5 * cell) * width / 520)
        self.browser.wait("document.getElementById('edge-reading').textContent"
                          ".startsWith('a → d now: divergence')")
        assert self.browser.value("document.querySelectorAll('#matrix .pointed').length") == 1

    def test_enlarges_a_part(self):
        self.browser.value("scrollTo(0, 0)")
        def at(share, down=80):
            left, top, width = self.browser.value(
                "(() => { const r = document.getElementById('chart').getBoundingClientRect();"
                " return [r.x, r.y, r.width]; })()")
            return left + width * share, top + down
        is_whole = "document.getElementById('unzoom').hidden"
        for last in [at(0.6), at(0.6, -40)]:  # Within the chart, and outside of it.
            self.browser.point("mouseMoved", *at(0.3))
            self.browser.point("mousePressed", *at(0.3))
            self.browser.point("mouseMoved", *last)
            self.browser.wait("document.querySelector('#chart .zoom') !== null")
            self.browser.point("mouseReleased", *last)
            self.browser.wait(f"!{is_whole}")
            assert self.browser.value("document.querySelector('#chart .zoom')") is None
            self.browser.value("document.activeElement.blur()")
            self.browser.press("Escape")
            self.browser.wait(is_whole)

    def test_plays_until_it_is_hidden(self):
        name = "document.getElementById('play').textContent"
        self.browser.value("document.getElementById('play').click()")
        self.browser.wait(f"{name} === 'Stop'")
        self.browser.value("Object.defineProperty(document, 'hidden', {value: true,"
                           " configurable: true});"
                           " document.dispatchEvent(new Event('visibilitychange'));"
                           " delete document.hidden;")
        assert self.browser.value(name) == "Play"
        self.browser.choose("moment", self.browser.value("document.getElementById('moment').max"))
        self.browser.wait("document.getElementById('moment-value').textContent === 'now'")

    def test_is_reached_by_keyboard_and_has_names(self):
        nameless = self.browser.value(
            "[...document.querySelectorAll('input, select, button, [tabindex=\"0\"]')]"
            ".filter((e) => !(e.labels?.length || e.ariaLabel || e.textContent.trim()"
            " || e.getAttribute('aria-describedby'))).map((e) => e.id)")
        assert nameless == [], nameless
        self.browser.value("document.activeElement.blur()")
        reached = set()
        for _ in range(50):
            self.browser.press("Tab")
            reached.add(self.browser.value("document.activeElement.id"))
        wanted = {"theme", "metric", "axis", "smoothing", "log", "filter", "chart", "quantity",
                  "moment", "play", "matrix", "diagrams", "confused",
                  "confusion-matrix"}
        assert wanted <= reached, wanted - reached

    def test_has_a_light_and_a_dark_face_wide_and_narrow(self):
        taken = {}
        for scheme in ["light", "dark"]:
            self.browser.prefer(scheme)
            for width in [1280, 390]:
                self.browser.resize(width, 900)
                self.browser.wait(f"innerWidth === {width}")
                assert self.browser.value("document.documentElement.scrollWidth <= innerWidth")
                path = f"{self.pictures}/page-{scheme}-{width}.png"
                taken[scheme, width] = self.browser.picture(path, whole=True)
        assert len(set(taken.values())) == 4
        self.browser.resize(1280, 900)
        paper = "getComputedStyle(document.body).backgroundColor"
        dark = self.browser.value(paper)
        self.browser.choose("theme", "light")
        assert self.browser.value(paper) != dark
        self.browser.choose("theme", "")

    def test_says_what_became_of_the_run(self):
        for part in ["", "/alone"]:
            self.run.end(2000, part)
        self.browser.wait("!document.getElementById('gains').hidden")
        assert "+3.00" in self.browser.value("document.getElementById('gains-chart').textContent")

    def test_wrote_no_error(self):
        assert self.browser.errors == [], self.browser.errors


def test_crowd(program):
    """A server with more connections than it may open files closes them, and goes on."""
    with tempfile.TemporaryDirectory() as folder:
        run = MadeRun(f"{folder}/made/1", ["a", "b"])
        run.start(100)
        server = Server(program, run.path)
        browser, crowd = Browser(), []
        try:
            browser.open(server.address)
            browser.wait(f"{STATUS} === 'stopped'")
            resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (48, 48))
            for _ in range(200):
                try:
                    crowd.append(socket.create_connection(("127.0.0.1", server.port), timeout=5))
                except ConnectionError:
                    break  # The server is about to listen anew.
            until(lambda: any(is_closed(other) for other in crowd))
            browser.wait(f"{STATUS} === 'connection lost'")
            for other in crowd:
                other.close()
            until(lambda: "<h1" in page_of(server))
            # Nothing is new since then, so that the connection alone says that it is back.
            browser.wait(f"{STATUS} === 'stopped'")
            assert server.process.poll() is None, "the server ended"
        finally:
            browser.close()
            server.stop()


def is_closed(connection):
    """Whether the other side has ended a connection."""
    connection.setblocking(False)
    try:
        return connection.recv(1) == b""
    except BlockingIOError:
        return False
    except ConnectionError:
        return True


def page_of(server):
    """The page's text; nothing where the server does not answer."""
    try:
        with urllib.request.urlopen(server.address, timeout=5) as answer:
            return answer.read().decode()
    except OSError:
        return ""


def until(is_so, seconds=20):
    """Waits until something is so."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, f"not within {seconds} s"
        time.sleep(0.05)


def test_report(path):
    """A report draws the same without a server."""
    browser = Browser()
    try:
        browser.open(f"file://{os.path.abspath(path)}")
        browser.wait(f"{CURVES} > 0")
        assert browser.value(CELLS) > 0
        browser.choose("metric", "test_accuracy")
        browser.wait("document.getElementById('chart').textContent.includes(' %')")
        assert browser.value(STATUS) == "finished"
        assert " gained " in browser.value("document.getElementById('sentences').textContent")
        browser.wait(PICTURES)
        assert browser.errors == [], browser.errors
    finally:
        browser.close()


def test_pictures(program, run, pictures):
    """The server of a run has the samples that its learners disagree on."""
    server, browser = Server(program, run), Browser()
    try:
        for width in [1280, 390]:
            browser.resize(width, 900)
            browser.open(server.address)
            browser.wait(PICTURES)
            assert browser.value("document.documentElement.scrollWidth <= innerWidth")
            for panel in ["diagrams", "confusion-matrix", "samples"]:
                browser.picture(f"{pictures}/{panel}-{width}.png", element=panel)
        nameless = browser.value("document.querySelectorAll('#samples img:not([alt])').length")
        assert nameless == 0
        assert browser.errors == [], browser.errors
    finally:
        browser.close()
        server.stop()


def main():
    signal.alarm(LIMIT_SECONDS)
    program, report = sys.argv[1:3]
    pictures = sys.argv[3] if len(sys.argv) > 3 else tempfile.mkdtemp(prefix="cohort-page-")
    page = PageTest(program, pictures)
    names = [name for name in vars(PageTest) if name.startswith("test_")]
    try:
        for name in names:
            getattr(page, name)()
            print(f"ok: {name[5:].replace('_', ' ')}")
    finally:
        page.close()
    test_report(report)
    print("ok: the report draws without a server")
    test_pictures(program, os.path.dirname(report), pictures)
    print("ok: the server has the disputed samples")
    test_crowd(program)
    print("ok: the server survives more connections than it may open files")
    print(f"{len(names) + 3} passed, 0 failed")


main()

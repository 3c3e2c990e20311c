"""A headless Chromium that is spoken to by its DevTools protocol, over two pipes."""

import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import tempfile
import time


# A browser that is silent for so long does not answer any more.
ANSWER_SECONDS = 60


def end(process, seconds=20):
    """Ends a process that was started here, by force where it does not end by itself."""
    process.terminate()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class Browser:
    """One page in a browser of its own, whose errors are kept."""

    def __init__(self, width=1280, height=900):
        self.folder = tempfile.mkdtemp(prefix="cohort-page-")
        reading, self.to = os.pipe()
        self.answers, writing = os.pipe()
        # Chromium reads from descriptor 3 and writes to 4, which these may be themselves.
        ends = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (reading, writing)]
        command = [
            "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
            "--disable-dev-shm-usage", "--hide-scrollbars", f"--user-data-dir={self.folder}",
            "--remote-debugging-pipe", "about:blank"]
        self.process = subprocess.Popen(
            ["bash", "-c", f'exec "$@" 3<&{ends[0]} 4>&{ends[1]}', "bash", *command],
            stderr=subprocess.DEVNULL, pass_fds=ends)
        for end in [reading, writing, *ends]:
            os.close(end)
        self.rest, self.number, self.errors, self.session = b"", 0, [], None
        self.is_pressed = False
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call(
            "Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ["Page", "Runtime", "Log", "Network"]:
            self.call(f"{domain}.enable")
        self.resize(width, height)

    def call(self, method, **parameters):
        """Calls a method of the protocol, and returns its result."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._receive()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]

    def _receive(self):
        while b"\0" not in self.rest:
            if not select.select([self.answers], [], [], ANSWER_SECONDS)[0]:
                raise RuntimeError(f"the browser is silent for {ANSWER_SECONDS} s")
            chunk = os.read(self.answers, 1 << 20)
            if not chunk:
                raise RuntimeError("the browser ended")
            self.rest += chunk
        line, self.rest = self.rest.split(b"\0", 1)
        message = json.loads(line)
        self._note(message.get("method"), message.get("params", {}))
        return message

    def _note(self, method, parameters):
        """Keeps what a person would find in the console."""
        if method == "Runtime.exceptionThrown":
            self.errors.append(json.dumps(parameters["exceptionDetails"])[:600])
        if method == "Log.entryAdded" and parameters["entry"]["level"] == "error":
            self.errors.append(parameters["entry"]["text"])
        if method == "Runtime.consoleAPICalled" and parameters["type"] == "error":
            self.errors.append(json.dumps(parameters["args"])[:600])

    def open(self, address):
        """Opens an address."""
        self.call("Page.navigate", url=address)

    def value(self, expression):
        """What an expression of JavaScript comes to."""
        found = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in found:
            raise RuntimeError(f"{expression}: {found['exceptionDetails']}")
        return found["result"].get("value")

    def wait(self, expression, seconds=20):
        """Waits until an expression is true; one that fails is not true yet."""
        end = time.monotonic() + seconds
        tried = f"(() => {{ try {{ return !!({expression}) }} catch {{ return false }} }})()"
        while not self.value(tried):
            if time.monotonic() > end:
                raise AssertionError(f"not within {seconds} s: {expression}")
            time.sleep(0.05)

    def choose(self, element, value):
        """Sets a control to a value, as a person would."""
        self.value(
            f"(() => {{ const e = document.getElementById('{element}');"
            f" if (e.type === 'checkbox') e.checked = {json.dumps(value)};"
            f" else e.value = {json.dumps(str(value))};"
            " e.dispatchEvent(new Event('input')); e.dispatchEvent(new Event('change')); })()")

    def press(self, key):
        """Presses a key."""
        for kind in ["keyDown", "keyUp"]:
            text = {"text": key} if len(key) == 1 and kind == "keyDown" else {}
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, **text,
                      windowsVirtualKeyCode={"Tab": 9, "Enter": 13}.get(key, 0))

    def point(self, kind, x, y):
        """Moves, presses or releases the left button of the mouse."""
        button = {} if kind == "mouseMoved" and not self.is_pressed else {"button": "left"}
        self.is_pressed = kind == "mousePressed" or (self.is_pressed and kind == "mouseMoved")
        self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, clickCount=1,
                  buttons=1 if self.is_pressed else 0, **button)

    def resize(self, width, height):
        """Gives the page a size."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=1, mobile=False)

    def prefer(self, scheme):
        """Makes the system prefer `light` or `dark`."""
        self.call("Emulation.setEmulatedMedia",
                  features=[{"name": "prefers-color-scheme", "value": scheme}])

    def picture(self, path, whole=False, element=None, clip=None):
        """Writes a picture of the page, of all of it, of an element's section, or of a part of it
        (left, top, width, height); returns its bytes."""
        if element:
            clip = self.value(
                f"(() => {{ const r = document.getElementById('{element}').closest('section')"
                ".getBoundingClientRect(); return [r.x + scrollX, r.y + scrollY, r.width,"
                " r.height]; })()")
        options = {"format": "png", "captureBeyondViewport": whole or clip is not None}
        if clip:
            options["clip"] = dict(zip(["x", "y", "width", "height"], clip), scale=1)
        data = base64.b64decode(self.call("Page.captureScreenshot", **options)["data"])
        with open(path, "wb") as file:
            file.write(data)
        return data

    def close(self):
        """Ends the browser."""
        end(self.process)
        os.close(self.to)
        os.close(self.answers)
        shutil.rmtree(self.folder, ignore_errors=True)

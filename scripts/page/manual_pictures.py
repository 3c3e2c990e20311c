"""Makes the pictures of the manual's pages about watching a run.

    manual_pictures.py PROGRAM RUN FOLDER

RUN is one of deploy/experiments/digits-private.yaml that has ended.
"""

import os
import subprocess
import sys

from browser import Browser

READY = ("document.querySelectorAll('#chart .curve').length > 0 && "
         "[...document.querySelectorAll('#samples img')].every((i) => i.naturalWidth > 0)")


def main():
    program, run, folder = sys.argv[1:4]
    browser = Browser(1000, 760)
    try:
        browser.open(f"file://{os.path.abspath(run)}/report.html")
        browser.wait(READY)
        browser.prefer("light")
        span(browser, f"{folder}/report.png", "tiles", "gains")
        # Some of the disputed samples are enough to see how they look.
        browser.value("[...document.querySelectorAll('#samples .sample')].slice(6)"
                      ".forEach((sample) => sample.remove())")
        span(browser, f"{folder}/page-answers.png", "calibration", "disputes")
    finally:
        browser.close()
    terminal = os.path.join(os.path.dirname(__file__), "terminal.py")
    subprocess.run(
        [sys.executable, terminal, f"{folder}/terminal.svg", "100", program, "watch", run,
         "--once"], check=True)


def span(browser, path, first, last):
    """Writes a picture of the page from one of its sections to another."""
    top, bottom = browser.value(
        f"[document.getElementById('{first}').getBoundingClientRect().top + scrollY - 8,"
        f" document.getElementById('{last}').getBoundingClientRect().bottom + scrollY + 8]")
    browser.picture(path, clip=[0, top, 1000, bottom - top])


main()

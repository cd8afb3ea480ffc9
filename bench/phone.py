"""The student's phone: what each page weighs, taps and typing, typed codes, and Lighthouse on slow networks."""

from __future__ import annotations

import re
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from flask.sessions import SecureCookieSessionInterface
from machine import Machine
from phone import Page, Phone
from sqlalchemy import select

from bench.lighthouse import NETWORKS, NoLighthouse, Scores, install, measure
from bench.table import Figure, percentile, show
from bench.web import QUESTIONNAIRE, Stopwatch
from survey import codes
from survey.store.surveying import Invitation
from survey.web.headers import KEPT

STUDENTS = 34
CLASS = 30
RUNS = 5  # of Lighthouse: the median of moments, the worst of scores
OWN_FILES = re.compile(r'<(?:link[^>]+stylesheet|script[^>]+src|img)[^>]*>')
SHEET = re.compile(r'<link rel="stylesheet" href="([^"]+)"')
SCRIPT = re.compile(r'<script src="([^"]+)"')


class Weigher(Stopwatch):
    """Fetches as a browser does and notes what each page weighs on the way."""

    def __init__(self, port: int) -> None:
        super().__init__(port)
        self.weights: list[tuple[str, int]] = []

    def note(self, method: str, path: str, status: int, size: int) -> None:
        """Keep the bytes of a page that was shown."""
        if method == "GET" and status == 200:
            self.weights.append((path.partition("?")[0], size))


def walk(machine: Machine, link: str) -> tuple[list[tuple[str, int]], int, int, int, int]:
    """Answer everything once; return each page's bytes, those of script and sheet, questions, taps, most requests."""
    weigher = Weigher(machine.port)
    phone = Phone(weigher.fetch, machine.origin)
    page, script, questions, taps, most = phone.start(link), 0, 0, 1, 0
    for found in (*SHEET.finditer(page.html), *SCRIPT.finditer(page.html)):  # once; the browser keeps them
        phone.fetch("GET", found[1], None, {})
        script += weigher.weights.pop()[1]
    while page.path != "/controle":
        most = max(most, 1 + len(OWN_FILES.findall(page.html)))
        questions += len(page.form.choices)
        taps += len(page.form.choices) + 1
        page = phone.answer(**{name: options[0] for name, options in page.form.choices.items()})
    phone.send(page.form_to("/controle"))
    return weigher.weights, script, questions, taps + 1, most


def show_weights(machine: Machine, link: str) -> None:
    """Print what each page weighs, compressed, and what the whole takes."""
    weights, script, questions, taps, most = walk(machine, link)
    title = "Bytes of each page, gzip, HTML with its style"
    print(f"\n{title}\n{'-' * len(title)}")
    for path, size in weights:
        print(f"{path[:32]:<34} {size:>6}")
    pages = [size for path, size in weights if path.startswith("/v/")]
    show(
        "The whole questionnaire on a phone",
        [
            Figure("question page with script and style, gzip, largest", (max(pages) + script) / 1024, "KB", 6),
            Figure("script and style, gzip, fetched once", script / 1024, "KB"),
            Figure("requests for a question page, most", most, "", 3),
            Figure("whole questionnaire, gzip", (sum(size for _, size in weights) + script) / 1024, "KB", 80),
            Figure("questions that were asked", questions, ""),
            Figure("taps, Start and Send among them", taps, "", 2 * questions + 4),
            Figure("fields that had to be typed", 0 if questions else 1, "", 0),
        ],
    )


def show_codes(machine: Machine) -> None:
    """Print how long a class that types its codes waits for the page behind them."""
    with machine.inside() as (app, session):
        vault = app.extensions["vault"]
        invitations = list(session.scalars(select(Invitation)))[:CLASS]
        codes.store(session, codes.hash_codes(vault, codes.find_unissued(session, invitations)), datetime.now(UTC))
        session.commit()
        printed = [codes.issued_code(vault, invitation) for invitation in invitations]
    taken = []
    for code in printed:
        phone = machine.phone()
        form = phone.open("/code").form_to("/code")
        begin = time.perf_counter()
        page = phone.send(form, {"code": code})
        taken.append(1000 * (time.perf_counter() - begin))
        if page.status != 200:
            raise RuntimeError(f"{code} answered {page.status}")
    figures = [Figure("p50", percentile(taken, 0.5), "ms"), Figure("p95", percentile(taken, 0.95), "ms", 300)]
    show(f"Typed code to start page, {len(taken)} students, one address", figures)


def reach(machine: Machine, links: list[str]) -> dict[str, tuple[Page, str]]:
    """Return a question, a check and an outcome page with the cookie that opens each."""
    pages = {}
    for name, link in zip(("question", "check", "outcome"), links, strict=True):
        phone = machine.phone()
        page = phone.start(link)
        while page.path != "/controle" and (name != "question" or page.path == "/v/bestemming"):
            page = phone.answer(**{one: options[0] for one, options in page.form.choices.items()})
        if name == "outcome":
            page = phone.send(page.form_to("/controle"))
        pages[name] = page, "; ".join(f"{one}={value}" for one, value in as_new(machine, phone.cookies).items())
    return pages


def as_new(machine: Machine, cookies: dict[str, str]) -> dict[str, str]:
    """Return the cookies of a browser that keeps no sheet yet, as Lighthouse's is: the first view of a page."""
    with machine.inside() as (app, _):
        signer = SecureCookieSessionInterface().get_signing_serializer(app)
        if signer is None:
            raise RuntimeError("the server signs no cookies")
        name = app.config["SESSION_COOKIE_NAME"]
        known = signer.loads(cookies[name])
        return {**cookies, name: signer.dumps({key: value for key, value in known.items() if key != KEPT})}


def show_lighthouse(machine: Machine, links: list[str]) -> None:
    """Print what some runs find on each page and network."""
    try:
        command = install()
        pages = reach(machine, links)
        for network in NETWORKS:
            for name, (page, cookie) in pages.items():
                url = machine.origin + page.path
                show_scores(f"Lighthouse, {name} page, {network}", network, [
                    measure(command, url, cookie, network) for _ in range(RUNS)
                ])  # fmt: skip
    except NoLighthouse as problem:
        print(f"\nLighthouse was not measured: {problem}")


def show_scores(title: str, network: str, runs: list[Scores]) -> None:
    """Print one page's figures; a score is shown as what it lacks of 100, since every bound is a most."""
    is_fast, paints = network == "slow 4G", [run.largest_paint for run in runs]
    show(
        title,
        [
            Figure("100 - performance", max(100 - run.performance for run in runs), "", 0 if is_fast else 2),
            Figure("100 - accessibility", max(100 - run.accessibility for run in runs), "", 0),
            Figure("100 - best practices", max(100 - run.best_practices for run in runs), "", 0),
            Figure("largest contentful paint, median", median(paints), "s", 1.0 if is_fast else 1.7),
            Figure("the same, worst", max(paints), "s"),
            Figure("cumulative layout shift", max(run.shift for run in runs), "", 0.02),
        ],
    )


def main() -> None:
    """Print what a student's phone has to carry and to wait for."""
    with tempfile.TemporaryDirectory() as folder:
        machine = Machine(Path(folder), f"sqlite:///{folder}/survey.sqlite")
        machine.run("db", "upgrade")
        links = machine.admit(QUESTIONNAIRE, STUDENTS)
        machine.start_web()
        try:
            show_codes(machine)  # while nobody has sent anything yet
            show_weights(machine, links[0])
            show_lighthouse(machine, links[-3:])
        finally:
            machine.stop()


if __name__ == "__main__":
    main()

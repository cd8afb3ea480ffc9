"""One document of the real questionnaire: our way beside the naive one, in turn, in processor time."""

from __future__ import annotations

import gc
import re
import resource
import statistics
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pikepdf
from factories import NOW
from paper import FACTS, accept, compose_answers
from weasyprint import HTML
from weasyprint.text.fonts import FontConfiguration

from bench.chromium import print_page
from bench.table import Figure, show
from survey import apart
from survey.definition.load import load
from survey.report import pdf
from survey.report.authority import make_seal
from survey.report.document import Document
from survey.report.seal import put_seal

ROOT = Path(__file__).parent.parent
ROUNDS = 15
CHILDREN = 450
OWN, NAIVE = ROOT / "templates" / "report" / "document.css", ROOT / "bench" / "naive.css"


def main() -> None:
    """Print milliseconds, ratio, size and memory of a document of two pages."""
    definition = load(ROOT / "questionnaires" / "overstap" / "1.yaml")
    example = max(definition.examples, key=lambda each: len(each.answers))
    document = compose_answers(definition, accept(definition, example.answers), FACTS, "nl")
    page = pdf.typeset(document)
    pdf.warm((document, document))
    ours, naive = _in_turn(lambda: pdf.render(document), lambda: _render_naive(_with_sections(page), NAIVE))
    again, same_page = _in_turn(lambda: pdf.render(document), lambda: _render_naive(page, NAIVE))
    seal, content = make_seal("ROC Waterland", "Proef", NOW), pdf.render(document)
    sealing, _ = _in_turn(lambda: put_seal(content, seal, NOW), lambda: None)
    before, after, most = _measure_apart(document)
    figures = [
        Figure("a document, warm, one core", ours, "ms", 350),
        Figure("documents a second, one core", 1000 / ours, "1/s"),
        Figure("the naive way: all read anew, a box around each part", naive, "ms"),
        Figure("ours to naive", ours / naive, "", 0.6),
        Figure("the naive way on our own mark-up", same_page, "ms"),
        Figure("ours to that", again / same_page, ""),
        Figure("the seal", sealing, "ms", 30),
        Figure("size, sealed", len(put_seal(content, seal, NOW)) / 1024, "KB", 45),
        Figure("memory of the process that sets documents", before, "MB", 100),
        Figure("of its child at most, shared memory included", most, "MB", 100),
        Figure(f"growth of that process over {CHILDREN} documents", after - before, "MB", 3),
    ]
    show("The document", figures)
    _show_ways(page, {"ours": (ours, content), "naive": (naive, _render_naive(page, NAIVE))})


def _show_ways(page: str, ways: dict[str, tuple[float, bytes]]) -> None:
    """Print ours, the naive way and Chromium's print of the same page side by side."""
    ways["Chromium, one warm browser"] = print_page(_with_style(page, OWN), ROUNDS)
    naive = ways["naive"][0]
    print(f"\n{'the same page':<30}{'ms':>8}{'ratio':>8}{'KB':>8}  tagged")
    for name, (taken, content) in ways.items():
        tagged = "yes" if _is_tagged(content) else "no"
        print(f"{name:<30}{taken:>8.0f}{taken / naive:>8.2f}{len(content) / 1024:>8.1f}  {tagged}")


def _is_tagged(content: bytes) -> bool:
    """Return whether a file has a tree of tags, also where its objects are compressed."""
    with pikepdf.open(BytesIO(content)) as file:
        return "/StructTreeRoot" in file.Root


def _with_sections(page: str) -> str:
    """Return the page as most would write it: each part in a box of its own."""
    begun, *parts = re.split("(?=<h2 id=)", page)
    last, printed, end = parts.pop().partition('<div class="print">')
    return begun + "".join(f'<div class="part">{part}</div>' for part in [*parts, last]) + printed + end


def _with_style(page: str, style: Path) -> str:
    """Return the page with a style inside, its faces as files."""
    return page.replace("</head>", f"<style>{style.read_text('utf-8')}</style></head>")


def _render_naive(page: str, style: Path) -> bytes:
    """Set the same page as most would: everything read anew, faces from their files, by this style."""
    faces = ROOT / "survey" / "report" / "fonts"
    html = HTML(string=_with_style(page, style), base_url=f"{faces.as_uri()}/")
    content = html.write_pdf(font_config=FontConfiguration(), pdf_variant="pdf/a-3a")
    assert isinstance(content, bytes)
    return content


def _in_turn(first: Callable[[], object], second: Callable[[], object]) -> tuple[float, float]:
    """Return the median milliseconds of processor time of two ways, run in turn: noise meets both."""
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for work, times in zip((first, second), taken, strict=True):
            gc.collect()
            gc.disable()  # as in a worker's child, which ends before there is anything to collect
            begin = time.process_time()
            work()
            times.append((time.process_time() - begin) * 1000)
            gc.enable()
    return statistics.median(taken[0]), statistics.median(taken[1])


def _measure_apart(document: Document) -> tuple[float, float, float]:
    """Return the memory (MB) of the process apart before and after documents, and of its largest child."""
    apart.start((document, document))
    assert apart._helper is not None
    number, seen, is_over = apart._helper.process.pid, [0.0], threading.Event()

    def watch() -> None:
        while not is_over.wait(0.005):
            for child in Path(f"/proc/{number}/task/{number}/children").read_text().split():
                with suppress(OSError, ValueError):  # it ended meanwhile
                    seen.append(_memory(int(child)))

    before, watcher = _memory(number), threading.Thread(target=watch)
    watcher.start()
    for _ in range(CHILDREN):
        apart.run("document", document, seconds=30, megabytes=512)
    is_over.set()
    watcher.join()
    return before, _memory(number), max(seen)


def _memory(process: int) -> float:
    """Return the memory that a process has in use now, in MB."""
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * resource.getpagesize() / 1024**2


if __name__ == "__main__":
    main()

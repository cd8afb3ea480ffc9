"""Lighthouse 12 on pages of a server: scores and moments on a phone with a slow network, the worst of some runs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

VERSION = "12"
CATEGORIES = ("performance", "accessibility", "best-practices")
#: Lighthouse's own "slow 4G" of phones (round trip in ms, Kbit/s), and its "slow 3G"; the processor four times slower.
NETWORKS = {"slow 4G": (150, 1638.4), "slow 3G": (400, 400.0)}


class NoLighthouse(Exception):
    """Lighthouse cannot be run here; says what is missing."""


@dataclass(frozen=True, slots=True)
class Scores:
    """What Lighthouse says of one page: scores from 0 to 100, moments in seconds."""

    performance: float
    accessibility: float
    best_practices: float
    largest_paint: float
    shift: float


def install() -> Path:
    """Return the command, installed into a folder of the user's cache when it is not there. Raises NoLighthouse."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "overstap", f"lighthouse-{VERSION}")
    command = cache / "node_modules" / ".bin" / "lighthouse"
    if command.exists():
        return command
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        raise NoLighthouse("npm is not installed (on Debian: apt-get install npm)")
    cache.mkdir(parents=True, exist_ok=True)
    words = [npm, "install", "--prefix", str(cache), "--no-audit", "--no-fund", "--silent", f"lighthouse@{VERSION}"]
    done = subprocess.run(words, env=os.environ | {"PUPPETEER_SKIP_DOWNLOAD": "1"}, capture_output=True, text=True)
    if done.returncode != 0 or not command.exists():
        raise NoLighthouse(f"npm could not install lighthouse@{VERSION}: {done.stderr.strip()[-300:]}")
    return command


def measure(command: Path, url: str, cookie: str, network: str) -> Scores:
    """Run Lighthouse once on a page as a phone on this network. Raises NoLighthouse."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise NoLighthouse("Chromium is not installed (on Debian: apt-get install chromium)")
    round_trip, throughput = NETWORKS[network]
    words = [
        str(command),
        url,
        "--quiet",
        "--output=json",
        "--output-path=stdout",
        f"--only-categories={','.join(CATEGORIES)}",
        "--form-factor=mobile",
        "--throttling-method=simulate",
        f"--throttling.rttMs={round_trip}",
        f"--throttling.throughputKbps={throughput}",
        "--throttling.cpuSlowdownMultiplier=4",
        f"--extra-headers={json.dumps({'Cookie': cookie})}",
        "--chrome-flags=--headless=new --no-sandbox --disable-gpu --disable-background-networking",
    ]
    known = os.environ | {"CHROME_PATH": chromium}
    done = subprocess.run(words, env=known, capture_output=True, text=True, timeout=300)
    if "NO_NAVSTART" in done.stderr:  # it lost the beginning of its trace, and says to run it again
        done = subprocess.run(words, env=known, capture_output=True, text=True, timeout=300)
    if done.returncode != 0:
        raise NoLighthouse(f"Lighthouse stopped: {done.stderr.strip()[-300:]}")
    return read(json.loads(done.stdout))


def read(report: dict[str, Any]) -> Scores:
    """Return the figures of a report. Raises NoLighthouse when the page could not be measured."""
    if problem := report.get("runtimeError"):
        raise NoLighthouse(f"Lighthouse could not measure {report.get('requestedUrl')}: {problem.get('message')}")
    scores = (100 * report["categories"][name]["score"] for name in CATEGORIES)
    audits = report["audits"]
    return Scores(
        *scores,
        largest_paint=audits["largest-contentful-paint"]["numericValue"] / 1000,
        shift=audits["cumulative-layout-shift"]["numericValue"],
    )

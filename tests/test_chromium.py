"""How the browser for the tests is found; a stub that only asks for a snap is none."""

from pathlib import Path

import pytest

from tests import chromium


def script(folder: Path, name: str, body: str) -> str:
    file = folder / name
    file.write_text(f"#!/bin/sh\n{body}\n")
    file.chmod(0o755)
    return str(file)


@pytest.fixture
def only_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A system with no programs but those of this folder."""
    monkeypatch.delenv(chromium.SETTING, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(chromium, "NAMES", ("chromium", "chromium-browser"))
    return tmp_path


def test_a_stub_is_passed_over_for_a_browser_that_answers(only_here: Path) -> None:
    script(only_here, "chromium", "echo 'requires the chromium snap to be installed'; exit 1")
    browser = script(only_here, "chromium-browser", "echo Chromium 156.0.8078.79")
    assert chromium.path() == browser


def test_a_script_that_tells_no_version_is_no_browser(only_here: Path) -> None:
    script(only_here, "chromium", "echo 'Please install the snap'")
    with pytest.raises(chromium.BrowserMissing):
        chromium.path()


def test_the_named_browser_goes_first(only_here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script(only_here, "chromium", "echo Chromium 156.0.8078.79")
    named = script(only_here, "mine", "echo Google Chrome 157.0.1.2")
    monkeypatch.setenv(chromium.SETTING, named)
    assert chromium.path() == named


def test_a_named_browser_that_is_not_there_is_told_and_nothing_is_installed(
    only_here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script(only_here, "apt-get", f"touch {only_here}/asked")
    monkeypatch.setenv(chromium.SETTING, "/nowhere/chrome")
    with pytest.raises(chromium.BrowserMissing, match="/nowhere/chrome"):
        chromium.ensure()
    assert not (only_here / "asked").exists()


@pytest.mark.parametrize(
    ("system", "has_apt", "is_root", "advice"),
    [
        ("debian", True, False, "Type: sudo apt-get install chromium"),
        ("debian", True, True, "Type: apt-get install chromium"),
        ("ubuntu", True, True, "sudo snap install chromium"),
        ("fedora", False, False, f"{chromium.SETTING}=/path"),
    ],
)
def test_who_has_no_browser_is_told_what_to_type(
    only_here: Path,
    monkeypatch: pytest.MonkeyPatch,
    system: str,
    has_apt: bool,
    is_root: bool,
    advice: str,
) -> None:
    if has_apt:
        script(only_here, "apt-get", "exit 0")
    monkeypatch.setattr("platform.freedesktop_os_release", lambda: {"ID": system})
    monkeypatch.setattr(chromium, "IS_ROOT", is_root)
    with pytest.raises(chromium.BrowserMissing, match=advice):
        chromium.path()


@pytest.mark.parametrize(("system", "installs"), [("debian", True), ("ubuntu", False)])
def test_root_installs_where_the_package_brings_a_browser(
    only_here: Path, monkeypatch: pytest.MonkeyPatch, system: str, installs: bool
) -> None:
    made = f"printf '#!/bin/sh\\necho Chromium 156.0.1.2\\n' > {only_here}/chromium"
    script(only_here, "apt-get", f"{made}; /bin/chmod 755 {only_here}/chromium")
    monkeypatch.setattr("platform.freedesktop_os_release", lambda: {"ID": system})
    monkeypatch.setattr(chromium, "IS_ROOT", True)
    if installs:
        assert chromium.ensure() == f"{only_here}/chromium"
    else:
        with pytest.raises(chromium.BrowserMissing):
            chromium.ensure()


def test_a_failed_installation_shows_how_it_ended(
    only_here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script(only_here, "apt-get", "echo 'E: Unable to fetch some archives'; exit 100")
    monkeypatch.setattr("platform.freedesktop_os_release", lambda: {"ID": "debian"})
    monkeypatch.setattr(chromium, "IS_ROOT", True)
    with pytest.raises(chromium.BrowserMissing, match="Unable to fetch"):
        chromium.ensure()

"""The browser that tests drive: the system's Chromium, or the one KOMBEHEER_TEST_CHROMIUM names.

`python -m tests.chromium` sees to it that there is one: as root it installs Debian's package, else
it stops with what to type. Playwright's own browsers come from no package registry: not used.
"""

import os
import platform
import re
import shutil
import subprocess
import sys

from playwright._impl._driver import compute_driver_executable

SETTING = "KOMBEHEER_TEST_CHROMIUM"
NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
IS_ROOT = os.geteuid() == 0
# Chromium's sandbox refuses root, a container's /dev/shm is small, and without the others it calls
# its maker's servers at each start.
ARGUMENTS = (
    *(("--no-sandbox",) if IS_ROOT else ()),
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)
INSTALL = ("apt-get", "-o", "DPkg::Lock::Timeout=300", "install", "-y", "--no-install-recommends")
# The sandbox is for a user who is not root; without any font, pages have no letters; the driver
# that Playwright brings along needs libatomic, which a bare Debian 12 does not have.
PACKAGES = ("chromium", "chromium-sandbox", "fonts-liberation", "libatomic1")


class BrowserMissing(Exception):
    """There is no browser to test with; the sentence says what to type."""


def path() -> str:
    """The browser's path, as Playwright's `executable_path`.

    Raises:
        BrowserMissing: there is none, or the one that is named does not answer, or the driver of
            Playwright does not run here.
    """
    _require_driver()
    if named := os.environ.get(SETTING):
        if _answers(named):
            return named
        raise BrowserMissing(f"{SETTING} names {named}, which does not answer to --version.")
    for name in NAMES:
        if (found := shutil.which(name)) and _answers(found):
            return found
    raise BrowserMissing(f"The tests need Chromium, and there is none here. {_advice()}")


def ensure() -> str:
    """As path(), after installing Debian's package where that is missing and we are root."""
    try:
        return path()
    except BrowserMissing:
        if os.environ.get(SETTING) or not (IS_ROOT and _has_package()):
            raise
    print("Installing Chromium from the system's packages (once, about a minute) ...", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (("apt-get", "update"), (*INSTALL, *PACKAGES)):
        ran = subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if ran.returncode:
            end = "\n".join(ran.stdout.splitlines()[-10:])
            raise BrowserMissing(f"{' '.join(command)} failed:\n{end}\n{_advice()}")
    return path()


def _require_driver() -> None:
    driver = str(compute_driver_executable()[0])
    ran = subprocess.run([driver, "--version"], capture_output=True, text=True, check=False)
    if ran.returncode:
        raise BrowserMissing(f"Playwright's driver does not run: {ran.stderr.strip()} {_advice()}")


def _answers(browser: str) -> bool:
    """Whether it is a browser; Ubuntu's package is a script that only asks for a snap."""
    try:
        ran = subprocess.run(
            [browser, "--version"], capture_output=True, text=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return ran.returncode == 0 and re.search(r"\d+\.\d+\.\d+", ran.stdout) is not None


def _has_package() -> bool:
    return shutil.which("apt-get") is not None and _system() != "ubuntu"


def _advice() -> str:
    if _has_package():
        return f"Type: {'' if IS_ROOT else 'sudo '}apt-get install {' '.join(PACKAGES)}"
    name_it = f"name one you have: make test {SETTING}=/path/to/chrome"
    if _system() == "ubuntu":
        return f"Ubuntu's package is only a stub: type sudo snap install chromium, or {name_it}"
    return f"Install Chromium or Chrome, or {name_it}"


def _system() -> str:
    try:
        return platform.freedesktop_os_release().get("ID", "")
    except OSError:
        return platform.system()


if __name__ == "__main__":
    try:
        print(f"Browser: {ensure()}")
    except BrowserMissing as missing:
        sys.exit(str(missing))

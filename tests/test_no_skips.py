"""`make test` takes no skip for an answer."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("workers", [(), ("-n", "1")])
@pytest.mark.parametrize(
    "body",
    [
        "import pytest\npytest.importorskip('no_such_module')\n",
        "import pytest\ndef test_it():\n    pytest.skip('no browser')\n",
        "import pytest\n@pytest.mark.skip(reason='later')\ndef test_it(): pass\n",
    ],
)
def test_a_skip_is_a_failure(tmp_path: Path, body: str, workers: tuple[str, ...]) -> None:
    (tmp_path / "test_skipping.py").write_text(body)
    command = [sys.executable, "-m", "pytest", "-p", "tests.no_skips", f"--rootdir={tmp_path}"]
    command += ["-c", "/dev/null", "-p", "no:cacheprovider", *workers, str(tmp_path)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode != 0, ran.stdout
    assert "does not accept" in ran.stdout
    assert "skipped" not in ran.stdout.splitlines()[-1]

"""The worked example, on few images."""

import os
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[3]
DATA = pathlib.Path("/usr/share/datasets/fashion-mnist")


@pytest.mark.skipif(not DATA.exists(), reason="the data set is not installed")
def test_fashion_mnist(tmp_path):
    script = ROOT / "examples/python/fashion_mnist.py"
    command = [sys.executable, str(script), "--epochs=1", "--limit=1000", "--test-limit=100"]
    environment = dict(os.environ, PYTHONPATH=str(ROOT / "python_bindings"), OMP_NUM_THREADS="1")
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "example: ok" in done.stdout and "same=100/100" in done.stdout
    assert (tmp_path / "layers.png").read_bytes().startswith(b"\x89PNG")
    assert {"fashion.o", "fashion.h", "fashion.bnn"} <= {path.name for path in tmp_path.iterdir()}

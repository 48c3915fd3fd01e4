"""Files, reports, times."""

import copy
import ctypes
import json
import os
import pickle
import shutil
import struct
import subprocess
import zlib
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pytest
from conftest import DENSE, EXPECTED

import bnn


def test_loadable_file(dense, x, tmp_path):
    path = tmp_path / "dense.bnn"
    assert dense.save(path) == [str(path)]
    loaded = bnn.load(path)
    np.testing.assert_array_equal(loaded(x), EXPECTED)
    assert (loaded.name, loaded.inputs, loaded.outputs, loaded.target) == (
        dense.name,
        dense.inputs,
        dense.outputs,
        dense.target,
    )
    assert loaded.inspect().to_dict() == dense.inspect().to_dict()
    for use in (loaded.verify, lambda: loaded.assembly):
        with pytest.raises(bnn.Error, match="compile it"):
            use()
    again = tmp_path / "again.bnn"
    loaded.save(again)
    assert again.read_bytes() == path.read_bytes()


def test_damaged_files(dense, tmp_path):
    path = tmp_path / "dense.bnn"
    dense.save(path)
    data = path.read_bytes()
    flipped = bytearray(data)
    flipped[len(data) // 2] ^= 1
    for content, text in [
        (b"", "is not a compiled model"),
        (b"\x7fELF" + data[4:], "is not a compiled model"),
        (data[:20], "is cut off"),
        (data[:-1], "is cut off or damaged"),
        (bytes(flipped), "is damaged: its checksum is wrong"),
        (data[:8] + b"\x63" + data[9:], "has version 99 of the format"),
    ]:
        path.write_bytes(content)
        with pytest.raises(bnn.CompileError, match=text):
            bnn.load(path)
    with pytest.raises(bnn.FileError, match="No such file"):
        bnn.load(tmp_path / "absent.bnn")


def pack(description, code):
    """A model file with a right checksum around whatever is in it."""
    text = description if isinstance(description, bytes) else json.dumps(description).encode()
    rest = struct.pack("<QQ", len(text), len(code)) + text + code
    return b"BNNMODEL" + struct.pack("<II", 1, zlib.crc32(rest)) + rest


def unpack(data):
    size = struct.unpack("<Q", data[16:24])[0]
    return json.loads(data[32 : 32 + size]), data[32 + size :]


@pytest.mark.parametrize(
    "change, text",
    [
        ({"name": "a b"}, "has no name in its description"),
        ({"name": 3}, "has no name"),
        ({"inputs": None}, "has no list of inputs"),
        ({"outputs": [3]}, "description of outputs is incomplete"),
        ({"inputs": [{"name": "x", "type": "float3", "shape": []}]}, "unknown element type 'float3'"),
        ({"inputs": [{"name": "x", "type": "float32", "shape": [-1]}]}, "a shape that is none"),
        ({"inputs": [{"name": "x", "type": "float32", "shape": [1 << 40, 1 << 40]}]}, "too large"),
        ({"triple": "riscv64-linux-gnu"}, "is for a machine that this compiler does not know"),
        ({"cpu": "z80"}, "unknown CPU 'z80'"),
    ],
)
def test_wrong_descriptions(dense, tmp_path, change, text):
    """A right checksum does not make a description right."""
    path = tmp_path / "dense.bnn"
    dense.save(path)
    description, code = unpack(path.read_bytes())
    path.write_bytes(pack(description, code))
    assert bnn.load(path).name == "dense"
    path.write_bytes(pack({**description, **change}, code))
    with pytest.raises(bnn.CompileError, match=text):
        bnn.load(path)


def test_wrong_contents(dense, x, tmp_path, capfd):
    path = tmp_path / "dense.bnn"
    dense.save(path)
    description, code = unpack(path.read_bytes())
    for text in (b"", b"[]", b"{", b"\xff\xfe"):
        path.write_bytes(pack(text, code))
        with pytest.raises(bnn.CompileError, match="description"):
            bnn.load(path)
    for wrong in (b"", b"no object", code[:200], {**description, "name": "other"}):
        path.write_bytes(pack(wrong, code) if isinstance(wrong, dict) else pack(description, wrong))
        with pytest.raises(bnn.CompileError, match="cannot load the compiled model"):
            bnn.load(path)(x)
    assert capfd.readouterr() == ("", "")


def test_files(dense, tmp_path):
    for suffix, begin in ((".o", b"\x7fELF"), (".a", b"!<arch>\n"), (".s", b"\t"), (".so", b"\x7fELF")):
        path = tmp_path / f"net{suffix}"
        assert dense.save(path) == [str(path), str(tmp_path / "net.h")]
        assert path.read_bytes().startswith(begin)
        (tmp_path / "net.h").unlink()
        assert dense.save(path, header=False) == [str(path)]
        assert not (tmp_path / "net.h").exists()
    dense.save(tmp_path / "net.h")
    assert (tmp_path / "net.h").read_text() == dense.header and "int dense_run(const float *x" in dense.header
    dense.save(tmp_path / "net.ll")
    assert "@dense_run" in (tmp_path / "net.ll").read_text() and "dense_run:" in dense.assembly
    with pytest.raises(bnn.ArgumentError, match="the suffix must be one of .o, "):
        dense.save(tmp_path / "net.exe")
    for suffix in (".o", ".so", ".bnn"):
        with pytest.raises(bnn.FileError, match="absent"):
            dense.save(tmp_path / "absent" / f"net{suffix}")
    with pytest.raises(bnn.ArgumentError, match="needs a linker, and there is no no-such-program"):
        dense.save(tmp_path / "net.so", linker="no-such-program")


def test_shared_library(dense, x, tmp_path):
    dense.save(tmp_path / "net.so")
    library = ctypes.CDLL(str(tmp_path / "net.so"))
    library.dense_workspace_size.restype = ctypes.c_size_t
    workspace = ctypes.create_string_buffer(library.dense_workspace_size() + 1)
    y = np.empty((2, 3), np.float32)
    assert library.dense_run(ctypes.c_void_p(x.ctypes.data), ctypes.c_void_p(y.ctypes.data), workspace) == 0
    np.testing.assert_array_equal(y, EXPECTED)


@pytest.mark.skipif(not shutil.which("aarch64-linux-gnu-gcc"), reason="no cross compiler")
def test_shared_library_for_another_machine(tmp_path):
    bnn.compile(DENSE, "aarch64").save(tmp_path / "net.so")
    header = (tmp_path / "net.so").read_bytes()[:20]
    assert header[:4] == b"\x7fELF" and header[18] == 0xB7


def test_object_in_a_program(dense, tmp_path):
    dense.save(tmp_path / "net.o")
    (tmp_path / "main.c").write_text(
        '#include "net.h"\n#include <stdio.h>\nint main(void) {\n'
        "  float x[8] = {1, -1, 1, 1, -1, -1, -1, 2}, y[6];\n"
        "  static char workspace[DENSE_WORKSPACE_SIZE + 1];\n"
        '  dense_run(x, y, workspace);\n  for (int i = 0; i < 6; ++i) printf("%g ", y[i]);\n  return 0;\n}\n'
    )
    compiler = shutil.which("cc") or shutil.which("clang-22")
    subprocess.run([compiler, "main.c", "net.o", "-lm", "-o", "main"], cwd=tmp_path, check=True)
    assert subprocess.run(["./main"], cwd=tmp_path, capture_output=True, text=True).stdout == "2 0 1 0 0 -1 "


def test_pickle(dense, x):
    for model in (pickle.loads(pickle.dumps(dense)), copy.copy(dense)):
        np.testing.assert_array_equal(model(x), EXPECTED)


def call(model, x):
    return model(x)


def compile_and_call(x):
    return bnn.compile(DENSE)(x)


def test_process_pools(dense, x):
    """Processes that fork after compiling can compile and call."""
    dense(x)
    with ProcessPoolExecutor(2) as pool:
        np.testing.assert_array_equal(pool.submit(call, dense, x).result(timeout=120), EXPECTED)
        np.testing.assert_array_equal(pool.submit(compile_and_call, x).result(timeout=120), EXPECTED)


def test_inspect(dense):
    report = dense.inspect()
    (layer,) = report.layers
    assert (layer.op, layer.weight_bits, layer.activation_bits, layer.macs) == ("bnn.matmul", 1, 1, 24)
    assert layer.weight_shape == (3, 4) and layer.strategy and layer.reason and not layer.float
    table = str(report)
    assert "1×1" in table and layer.strategy in table and "bytes of code" in table
    assert "<table>" in report._repr_html_() and "bnn.matmul" in report._repr_html_()
    data = report.to_dict()
    assert data["layers"][0]["macs"] == 24 and data["inputs"] == [{"name": "x", "type": "float32", "shape": [2, 4]}]
    with pytest.raises(bnn.ArgumentError, match="no kernels"):
        bnn.compile(DENSE, reference=True).inspect()


def test_html_is_escaped():
    layer = bnn.Layer("<script>", "op", (1,), (1,), (1,), 1, 1, False, 1, 1, 1, 1, "s", "r")
    page = bnn.Report("&", [layer], 0, 0, 0, "{}")._repr_html_()
    assert "<script>" not in page and "&lt;script&gt;" in page and "<p>&amp;:" in page


def test_verify(dense, pair, x):
    for result in (dense.verify(), dense.verify(seed=3), dense.verify(x)):
        assert result and result.passed and result.first_different is None
        assert result.outputs[0].elements == 6 and result.outputs[0].different == 0
        assert "verified" in str(result) and "<table>" in result._repr_html_()
        assert result.to_dict()["passed"] is True
    assert pair.verify(np.ones(4, np.float32), np.ones(4, np.int32))
    with pytest.raises(bnn.ArgumentError, match="input 'x' must be"):
        dense.verify(x.astype(np.float64))


def test_verify_reports_differences():
    text = (
        '{"passed": false, "first_different": "conv", "ties": 0, "outputs": [], "quantizers": [], "layers": [{"name": "conv", '
        '"what": "codes", "elements": 4, "different": 1, "ties": 0, "max_error": 0, "first_index": 2, '
        '"fast": "nan", "reference": "-inf"}]}'
    )
    result = bnn.Verification._parse(text)
    assert not result and "the first value that differs is conv" in str(result)
    assert np.isnan(result.layers[0].fast) and result.layers[0].reference == -np.inf


def test_benchmark(dense, x):
    timing = dense.benchmark(x, seconds=0.02, min_calls=50)
    assert len(timing.seconds) >= 50 and timing.seconds == sorted(timing.seconds)
    assert 0 < timing.quantile(0) <= timing.median <= timing.quantile(1) < 1
    assert "median" in str(timing) and "calls" in str(timing)
    assert bnn.Timing([1.0, 2.0, 4.0]).median == 2.0 and bnn.Timing([1.0, 2.0]).quantile(0.25) == 1.25

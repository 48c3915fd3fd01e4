"""What bnn.compile takes and refuses, and bnn.Pipeline."""

import os
import pathlib
import subprocess
import sys

import numpy as np
import onnx
import pytest
from conftest import DENSE, EXPECTED
from onnx import TensorProto, helper, numpy_helper

import bnn


def binary_dense(batch=2):
    """sign(x) · W with a quantizer of QONNX, and a batch size that may be open."""
    weights = np.array([[1, 0, 1, 1], [0, 0, 1, 0], [1, 1, 1, 1]], np.float32).T * 2 - 1
    nodes = [
        helper.make_node("BipolarQuant", ["x", "one"], ["b"], name="binarize", domain="qonnx.custom_op.general"),
        helper.make_node("BipolarQuant", ["w", "one"], ["v"], name="weights", domain="qonnx.custom_op.general"),
        helper.make_node("MatMul", ["b", "v"], ["acc"], name="dense"),
        helper.make_node("Mul", ["acc", "half"], ["logits"], name="scale"),
    ]
    constants = {"one": np.float32(1), "w": weights, "half": np.float32(0.5)}
    graph = helper.make_graph(
        nodes,
        "net",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [batch, 4])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [batch, 3])],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()],
    )
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("qonnx.custom_op.general", 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=8)


def test_kinds_of_models(tmp_path, x):
    proto = binary_dense()
    path = tmp_path / "net.onnx"
    onnx.save(proto, path)
    text = tmp_path / "net.mlir"
    text.write_text(DENSE)
    for model in (proto, path, str(path), path.read_bytes(), text, DENSE, bnn.Pipeline()(proto)):
        np.testing.assert_array_equal(bnn.compile(model)(x), EXPECTED)


def test_description():
    model = bnn.compile(binary_dense(), name="my-net")
    assert model.name == "my_net"
    assert model.inputs == (bnn.ArraySpec("x", "float32", (2, 4)),)
    assert str(model.outputs[0]) == "float32[2, 3]" and model.outputs[0].name == "logits"
    assert model.target.triple.startswith(os.uname().machine) and model.workspace_bytes >= 0
    assert repr(model).startswith("<bnn.Model my_net(x: float32[2, 4]) -> (logits: float32[2, 3]) for ")


def test_open_shapes(x):
    proto = binary_dense("N")
    with pytest.raises(bnn.CompileError, match="'x'"):
        bnn.compile(proto)
    for shapes in ({"x": (2, 4)}, (2, 4), [2, 4]):
        np.testing.assert_array_equal(bnn.compile(proto, input_shapes=shapes)(x), EXPECTED)
    for shapes in ({"y": (2, 4)}, (2, 5)):
        with pytest.raises(bnn.CompileError):
            bnn.compile(proto, input_shapes=shapes)
    for shapes in ((0, 4), {"x": 3}, ("a", "b")):
        with pytest.raises(bnn.ArgumentError, match="shape of input"):
            bnn.compile(proto, input_shapes=shapes)


def test_targets(x):
    native = bnn.compile(DENSE)
    baseline = bnn.compile(DENSE, "x86-64")
    arm = bnn.compile(DENSE, "aarch64-linux-gnu", cpu="cortex-a72")
    assert arm.target.cpu == "cortex-a72"
    callable_, other = (baseline, arm) if os.uname().machine == "x86_64" else (native, baseline)
    np.testing.assert_array_equal(callable_(x), EXPECTED)
    with pytest.raises(bnn.CompileError, match="does not run on this machine"):
        other(x)
    np.testing.assert_array_equal(bnn.compile(DENSE, reference=True)(x), EXPECTED)
    for arguments, text in [
        ({"target": "riscv64"}, "unknown target 'riscv64'"),
        ({"target": "x86-64", "cpu": "skylaek"}, "did you mean 'skylake'"),
        ({"features": "avx2"}, "must start with '\\+' or '-'"),
        ({"target": 7}, "target must be a str"),
    ]:
        with pytest.raises(bnn.ArgumentError, match=text):
            bnn.compile(DENSE, **arguments)


def test_bad_models(tmp_path):
    with pytest.raises(bnn.FileError, match="absent.onnx: No such file or directory"):
        bnn.compile(tmp_path / "absent.onnx")
    with pytest.raises(OSError, match="irectory"):
        bnn.compile(tmp_path)
    damaged = tmp_path / "damaged.onnx"
    damaged.write_bytes(np.random.default_rng(1).bytes(1000))
    with pytest.raises(bnn.CompileError, match="is not an ONNX model, or is damaged"):
        bnn.compile(damaged)
    cut = binary_dense().SerializeToString()[:-40]
    with pytest.raises(bnn.CompileError):
        bnn.compile(cut)
    with pytest.raises(bnn.CompileError, match="expected"):
        bnn.compile("func.func @f(\n")
    with pytest.raises(bnn.CompileError, match="no function to compile"):
        bnn.compile("module {\n}\n")
    with pytest.raises(bnn.ArgumentError, match="zero byte"):
        bnn.compile("net\0.onnx")
    for model in (None, 3, [1, 2], object(), np.zeros(3)):
        with pytest.raises(bnn.ArgumentError, match="a model must be a path, an onnx.ModelProto"):
            bnn.compile(model)


def test_unsupported_layers():
    """All of them in one error, with their names."""
    value = helper.make_tensor_value_info
    graph = helper.make_graph(
        [
            helper.make_node("LSTM", ["x", "w", "r"], ["a"], name="cell", hidden_size=3),
            helper.make_node("Einsum", ["a"], ["y"], name="sum", equation="ijkl->i"),
        ],
        "net",
        [value(n, TensorProto.FLOAT, s) for n, s in (("x", [2, 1, 4]), ("w", [1, 12, 4]), ("r", [1, 12, 3]))],
        [value("y", TensorProto.FLOAT, [2])],
    )
    with pytest.raises(bnn.CompileError) as caught:
        bnn.compile(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8))
    for part in ("LSTM", "'cell'", "Einsum", "'sum'"):
        assert part in str(caught.value)


def test_pipeline():
    assert "bnn.matmul" in bnn.Pipeline()(DENSE)
    optimized = bnn.Pipeline("bnn-optimize")(binary_dense())
    assert "bnn.matmul" in optimized and "tosa.matmul" not in optimized
    both = bnn.Pipeline("bnn-optimize") + "bnn-to-kernels"
    assert repr(both) == "bnn.Pipeline('bnn-optimize', 'bnn-to-kernels')"
    assert "bnn.contract_kernel" in both(DENSE) or "kernel" in both(DENSE)
    assert "builtin" not in (both + bnn.Pipeline("builtin.module(func.func(cse))")).passes[0]
    assert 'loc("' in bnn.Pipeline()(binary_dense(), locations=True)
    with pytest.raises(bnn.CompileError, match="no-such-pass"):
        bnn.Pipeline("no-such-pass")(DENSE)
    with pytest.raises(bnn.ArgumentError, match="a pass must be a str"):
        bnn.Pipeline(3)
    with pytest.raises(TypeError):
        bnn.Pipeline() + 3


def test_dump(tmp_path):
    bnn.compile(DENSE, dump_dir=tmp_path / "stages")
    assert {"00-import.mlir", "01-optimize.mlir"} <= {p.name for p in (tmp_path / "stages").iterdir()}


def test_without_a_library():
    """The error says what is missing."""
    environment = dict(os.environ, BNN_C_LIBRARY="/absent/libbnn_c.so")
    done = subprocess.run([sys.executable, "-c", "import bnn"], env=environment, capture_output=True, text=True)
    assert done.returncode and "ImportError: cannot load the compiler" in done.stderr and "libmlir" in done.stderr


def test_typed():
    package = pathlib.Path(bnn.__file__).parent
    assert (package / "py.typed").exists()
    for name in bnn.__all__:
        assert getattr(bnn, name).__doc__, name

"""torch, onnx, onnxruntime and bnn in one process, imported in every order.

PyTorch brings an LLVM and a protobuf of its own, onnxruntime and onnx a protobuf each. Every order runs the same work
in all four, compiles before and after the others are used, and must get the same numbers.
"""

import itertools
import subprocess
import sys

import pytest

WORK = """
import importlib, io, sys, warnings
warnings.simplefilter("ignore")
for name in sys.argv[1].split():
    importlib.import_module(name)
import bnn, numpy as np, onnx, onnxruntime, torch
torch.manual_seed(0)
torch.set_num_threads(1)
net = torch.nn.Sequential(
    torch.nn.Conv2d(3, 8, 3, padding=1), torch.nn.BatchNorm2d(8), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
    torch.nn.Flatten(), torch.nn.Linear(8 * 16, 10), torch.nn.Softmax(dim=1)).eval()
x = torch.randn(1, 3, 8, 8)
buffer = io.BytesIO()
torch.onnx.export(net, (x,), buffer, dynamo=False, input_names=["x"])
proto = onnx.load_from_string(buffer.getvalue())
onnx.checker.check_model(proto, full_check=True)
first = bnn.compile(proto)
with torch.no_grad():
    by_torch = net(x).numpy()
    by_jit = torch.jit.freeze(torch.jit.trace(net, x))
    for _ in range(3):
        by_script = by_jit(x).numpy()
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
by_ort = onnxruntime.InferenceSession(
    buffer.getvalue(), options, providers=["CPUExecutionProvider"]).run(None, {"x": x.numpy()})[0]
second = bnn.compile(proto)
by_bnn = first(x.numpy())
assert np.array_equal(by_bnn, second(x.numpy())) and np.array_equal(by_bnn, first(x).numpy())
assert first.verify()
for other in (by_torch, by_script, by_ort):
    np.testing.assert_allclose(by_bnn, other, rtol=1e-5, atol=1e-7)
print(by_bnn.tobytes().hex(), by_torch.tobytes().hex(), by_ort.tobytes().hex())
"""

results = set()


@pytest.mark.parametrize("order", [" ".join(p) for p in itertools.permutations(["bnn", "torch", "onnx", "onnxruntime"])])
def test_order(order):
    done = subprocess.run([sys.executable, "-c", WORK, order], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert not done.stderr.strip(), done.stderr
    results.add(done.stdout)
    assert len(results) == 1, "another order computed other numbers"

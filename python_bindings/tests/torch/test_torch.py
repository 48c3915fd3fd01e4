"""PyTorch modules in, PyTorch tensors through."""

import pathlib
import subprocess
import sys

import numpy as np
import onnxruntime
import pytest
import torch
from torch import nn

import bnn


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 6, 3, padding=1)
        self.norm = nn.BatchNorm2d(6)
        self.second = nn.Conv2d(6, 6, 3, padding=1, groups=3)
        self.head = nn.Linear(6, 4)

    def forward(self, x):
        x = torch.relu(self.norm(self.first(x)))
        x = x + nn.functional.gelu(self.second(x))
        return self.head(x.mean((2, 3)))


def close(actual, expected):
    np.testing.assert_allclose(actual, expected, rtol=1e-5, atol=1e-5 * np.abs(expected).max())


@pytest.mark.parametrize(
    "module, shape",
    [
        (Residual(), (2, 3, 8, 8)),
        (nn.Sequential(nn.Linear(5, 7), nn.Tanh(), nn.Linear(7, 3)), (4, 5)),
        (nn.Sequential(nn.Conv1d(4, 6, 3, stride=2), nn.PReLU(6), nn.AvgPool1d(2)), (1, 4, 20)),
        (nn.Sequential(nn.LayerNorm(8), nn.Linear(8, 8), nn.GELU(), nn.Softmax(-1)), (2, 3, 8)),
    ],
)
def test_float_modules(module, shape):
    x = torch.randn(shape)
    compiled = bnn.compile(module, example_inputs=x)
    with torch.no_grad():
        close(compiled(x).numpy(), module.eval()(x).numpy())
    assert compiled.verify()


def test_several_inputs():
    class Two(nn.Module):
        def forward(self, a, b):
            return a * b, a - b

    a, b = torch.randn(2, 3), torch.randn(2, 3)
    for examples in ((a, b), [a, b]):
        product, difference = bnn.compile(Two(), example_inputs=examples)(a, b)
        assert torch.equal(product, a * b) and torch.equal(difference, a - b)


def test_tensors():
    """Tensors give tensors; what is contiguous is read where it is."""
    module = nn.Linear(4, 3)
    compiled = bnn.compile(module, example_inputs=torch.zeros(2, 4))
    x = torch.randn(2, 4, requires_grad=True)
    y = compiled(x)
    assert isinstance(y, torch.Tensor) and not y.requires_grad and y.dtype == torch.float32
    assert isinstance(compiled(x.detach().numpy()), np.ndarray)
    turned = torch.randn(4, 2).t()
    assert torch.equal(compiled(turned), compiled(turned.contiguous()))
    from bnn._arrays import from_torch

    assert from_torch(compiled.inputs[0], x).data_ptr() == x.data_ptr()
    out = np.empty((2, 3), np.float32)
    assert compiled(x, out=out) is out and np.array_equal(out, y.numpy())
    for wrong, text in [
        (x.double(), r"must be float32\[2, 4\] and is float64\[2, 4\]"),
        (x.half(), "is float16"),
        (x[:1], r"is float32\[1, 4\]"),
        (torch.zeros(2, 4, device="meta"), "is on device 'meta': models run on the CPU; pass tensor.cpu"),
        (torch.zeros(2, 4).to_sparse(), "has the layout torch.sparse_coo"),
    ]:
        with pytest.raises(bnn.ArgumentError, match=text):
            compiled(wrong)


def test_bfloat16():
    text = "func.func @f(%x: tensor<4xbf16>) -> tensor<4xbf16> { return %x : tensor<4xbf16> }\n"
    x = torch.tensor([1, -2, 0.5, 3], dtype=torch.bfloat16)
    y = bnn.compile(text)(x)
    assert y.dtype == torch.bfloat16 and torch.equal(x, y)


def test_module_is_left_alone():
    module = Residual().train()
    module.norm.eval()
    before = {name: value.clone() for name, value in module.state_dict().items()}
    bnn.compile(module, example_inputs=torch.zeros(1, 3, 8, 8))
    assert module.training and module.first.training and not module.norm.training
    assert all(torch.equal(value, before[name]) for name, value in module.state_dict().items())


def test_errors():
    with pytest.raises(bnn.ArgumentError, match="needs example_inputs"):
        bnn.compile(nn.Linear(2, 2))
    with pytest.raises(bnn.CompileError, match="Linear cannot be exported to ONNX"):
        bnn.compile(nn.Linear(2, 2), example_inputs=torch.zeros(1, 3))

    class Odd(nn.Module):
        def forward(self, x):
            return torch.linalg.det(x)

    with pytest.raises(bnn.CompileError, match="Det"):
        bnn.compile(Odd(), example_inputs=torch.zeros(1, 3, 3))


def test_beside_onnxruntime(tmp_path):
    """The same file in ONNX Runtime."""
    module, x = Residual().eval(), torch.randn(1, 3, 8, 8)
    path = str(tmp_path / "net.onnx")
    torch.onnx.export(module, (x,), path, dynamo=True, external_data=True, verbose=False, input_names=["x"])
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    close(bnn.compile(path)(x.numpy()), session.run(None, {"x": x.numpy()})[0])


def test_types():
    """The package passes a strict type checker."""
    package = pathlib.Path(bnn.__file__).parent
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--cache-dir=/dev/null", str(package)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout

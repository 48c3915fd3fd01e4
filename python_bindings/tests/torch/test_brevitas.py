"""Brevitas modules, exported and compiled in one call, against Brevitas itself."""

import brevitas.nn as qnn
import numpy as np
import pytest
import random_modules
import torch
from brevitas.quant import (
    Int8Bias,
    Int32Bias,
    ShiftedUint8ActPerTensorFloat,
    ShiftedUint8WeightPerTensorFloat,
    SignedBinaryActPerTensorConst,
    SignedBinaryWeightPerTensorConst,
)
from torch import nn

import bnn

FIRST_SEED, COUNT = 1, 200


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_layers(bits):
    """Layers of so many bits stay layers of so many bits."""
    if bits == 1:
        act = dict(act_quant=SignedBinaryActPerTensorConst)
        weight = dict(weight_quant=SignedBinaryWeightPerTensorConst)
    else:
        act, weight = dict(bit_width=bits), dict(weight_bit_width=bits)
    module = nn.Sequential(
        qnn.QuantIdentity(**act),
        qnn.QuantConv2d(16, 32, 3, padding=1, bias=False, **weight),
        nn.BatchNorm2d(32),
        qnn.QuantIdentity(**act) if bits == 1 else qnn.QuantReLU(**act),
        nn.Flatten(),
        qnn.QuantLinear(32 * 36, 10, bias=True, **weight),
    )
    x = torch.randn(4, 16, 6, 6)
    module.train()(x)
    module.eval()
    compiled = bnn.compile(module, example_inputs=x)
    layers = compiled.inspect().layers
    assert [(layer.weight_bits, layer.activation_bits) for layer in layers] == [(bits, bits)] * 2
    with torch.no_grad():
        expected = module(x).numpy()
    np.testing.assert_allclose(compiled(x).numpy(), expected, atol=1e-5 * np.abs(expected).max(), rtol=0)
    assert compiled.verify(x.numpy())


@pytest.mark.parametrize("seed", range(FIRST_SEED, FIRST_SEED + COUNT))
def test_random_module(seed):
    ties.append(random_modules.compare(seed) == "tie")


class Residual(nn.Module):
    """An addition of quantized tensors."""

    def __init__(self):
        super().__init__()
        self.identity = qnn.QuantIdentity(bit_width=4, return_quant_tensor=True)
        self.first = qnn.QuantConv2d(4, 4, 3, padding=1, bias=False, weight_bit_width=4)
        self.add = qnn.QuantEltwiseAdd(return_quant_tensor=True)
        self.relu = qnn.QuantReLU(bit_width=3, return_quant_tensor=True)
        self.second = qnn.QuantConv2d(4, 4, 1, bias=True, weight_bit_width=2)

    def forward(self, x):
        x = self.identity(x)
        return self.second(self.relu(self.add(self.first(x), x)))


def after_identity(*layers):
    return nn.Sequential(qnn.QuantIdentity(bit_width=4, return_quant_tensor=True), *layers)


PER_CHANNEL = dict(
    scaling_per_output_channel=True,
    per_channel_broadcastable_shape=(1, 4, 1, 1),
    scaling_stats_permute_dims=(1, 0, 2, 3),
)

KINDS = {
    "transposed": lambda: after_identity(qnn.QuantConvTranspose2d(4, 6, 3, stride=2, padding=1, output_padding=1)),
    "transposed binary": lambda: after_identity(
        qnn.QuantConvTranspose2d(4, 6, 3, stride=2, weight_quant=SignedBinaryWeightPerTensorConst)
    ),
    "8-bit bias": lambda: after_identity(qnn.QuantConv2d(4, 6, 3, bias=True, weight_bit_width=4, bias_quant=Int8Bias)),
    "32-bit bias": lambda: after_identity(qnn.QuantConv2d(4, 6, 3, bias=True, weight_bit_width=4, bias_quant=Int32Bias)),
    "residual": Residual,
    "truncating pool": lambda: nn.Sequential(
        qnn.QuantReLU(bit_width=4, return_quant_tensor=True),
        qnn.TruncAvgPool2d(2, bit_width=4),
        qnn.QuantConv2d(4, 3, 1, bias=False, weight_bit_width=4),
    ),
    "scales per channel": lambda: nn.Sequential(
        qnn.QuantReLU(bit_width=4, **PER_CHANNEL), qnn.QuantConv2d(4, 3, 3, bias=False, weight_bit_width=4)
    ),
    "zero points of activations": lambda: nn.Sequential(
        qnn.QuantIdentity(act_quant=ShiftedUint8ActPerTensorFloat, bit_width=4),
        qnn.QuantConv2d(4, 3, 3, padding=1, bias=False, weight_bit_width=4),
    ),
    "zero points of weights": lambda: after_identity(
        qnn.QuantConv2d(4, 3, 3, bias=False, weight_quant=ShiftedUint8WeightPerTensorFloat, weight_bit_width=4)
    ),
    "upsampled": lambda: after_identity(
        qnn.QuantConv2d(4, 3, 3, padding=1, bias=False, weight_quant=SignedBinaryWeightPerTensorConst),
        nn.Upsample(scale_factor=2),
        qnn.QuantConv2d(3, 3, 3, groups=3, weight_bit_width=4),
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_kinds(kind):
    """Layers that the random modules do not have."""
    module, x = KINDS[kind](), torch.randn(1, 4, 6, 6)
    module.train()
    with torch.no_grad():
        for _ in range(3):
            module(torch.randn(2, 4, 6, 6))
        expected = module.eval()(x).numpy()
    actual = bnn.compile(module, example_inputs=x)(x.numpy())
    assert not random_modules.different(actual, expected, None).any()


def test_comparison_finds_errors():
    """One code off, and a float off by more than the tolerance, count as different; rounding does not."""
    codes = np.arange(8, dtype=np.float32) * np.float32(0.1)
    assert not random_modules.different(codes, codes * np.float32(1 + 1e-7), 0.1).any()
    wrong = codes.copy()
    wrong[3] += np.float32(0.1)
    assert random_modules.different(wrong, codes, 0.1).tolist() == [i == 3 for i in range(8)]
    wrong[3] = codes[3] + np.float32(0.03)  # no code at all
    assert random_modules.different(wrong, codes, 0.1).tolist() == [i == 3 for i in range(8)]
    wrong[3] = np.nan
    assert random_modules.different(wrong, codes, None).tolist() == [i == 3 for i in range(8)]
    assert not random_modules.different(codes + np.float32(5e-6), codes, None).any()
    assert random_modules.different(codes + np.float32(5e-5), codes, None).all()


ties = []


def test_few_ties():
    print(f"{sum(ties)} ties in {len(ties)} modules")
    assert sum(ties) <= len(ties) // 50

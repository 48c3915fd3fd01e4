"""Brevitas modules, exported and compiled in one call, against Brevitas itself."""

import brevitas.nn as qnn
import numpy as np
import pytest
import random_modules
import torch
from brevitas.quant import SignedBinaryActPerTensorConst, SignedBinaryWeightPerTensorConst
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

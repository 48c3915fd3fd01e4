"""Models for the tests."""

import numpy as np
import pytest

import bnn

DENSE = """
func.func @dense(%x: tensor<2x4xf32> {bnn.name = "x"}) -> (tensor<2x3xf32> {bnn.name = "logits"}) attributes {bnn.entry} {
  %w = bnn.constant dense<[[1, 0, 1, 1], [0, 0, 1, 0], [1, 1, 1, 1]]> : tensor<3x4xi8> as tensor<3x4x!bnn.bipolar<1>>
  %b = bnn.binarize %x : tensor<2x4xf32> -> tensor<2x4x!bnn.bipolar<1>>
  %acc = bnn.matmul %b, %w {transpose_rhs} : tensor<2x4x!bnn.bipolar<1>>, tensor<3x4x!bnn.bipolar<1>> -> tensor<2x3xi32>
  %s = arith.constant dense<0.5> : tensor<1xf32>
  %y = bnn.scale %acc by %s : tensor<2x3xi32>, tensor<1xf32> -> tensor<2x3xf32>
  return %y : tensor<2x3xf32>
}
"""

# Two inputs and two outputs of different types.
PAIR = """
func.func @pair(%a: tensor<4xf32> {bnn.name = "a"}, %b: tensor<4xi32> {bnn.name = "b"})
    -> (tensor<4xf32> {bnn.name = "double"}, tensor<4xi32> {bnn.name = "sum"}) attributes {bnn.entry} {
  %d = tosa.add %a, %a : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %s = tosa.add %b, %b : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi32>
  return %d, %s : tensor<4xf32>, tensor<4xi32>
}
"""


@pytest.fixture(scope="session")
def dense():
    return bnn.compile(DENSE)


@pytest.fixture(scope="session")
def pair():
    return bnn.compile(PAIR)


@pytest.fixture
def x():
    return np.array([[1, -1, 1, 1], [-1, -1, -1, 2]], np.float32)


#: What DENSE makes of x, by hand: signs times weights, halved.
EXPECTED = np.array([[2, 0, 1], [0, 0, -1]], np.float32)

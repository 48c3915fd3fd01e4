"""Runs a model with bnnc and with ONNX Runtime on random numbers; they must agree but for rounding."""

import subprocess
import sys

import numpy as np
import onnxruntime

model, bnnc = sys.argv[1:3]
session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
shape = session.get_inputs()[0].shape
image = np.random.default_rng(1).standard_normal(shape, np.float32)
np.save("image.npy", image)
subprocess.run([bnnc, "run", model, "image.npy", "-o", "result.npy"], check=True)
expected = session.run(None, {session.get_inputs()[0].name: image})[0]
error = np.abs(np.load("result.npy") - expected).max() / np.abs(expected).max()
assert error < 1e-5, error

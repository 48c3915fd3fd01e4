# REQUIRES: venv
# RUN: %python %s bnnc
"""The super-resolution networks in qonnx's package data (ESPCN, 4-bit and float): the compiled code, fast and
reference, against qonnx's executor.

  espcn.py BNNC
"""

import os
import subprocess
import sys
import tempfile

import numpy as np
import onnx
import qonnx
import qonnx.core.onnx_exec as executor
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.util.cleanup import cleanup_model

# Pixels of the models' 128, to keep the executor in Python quick.
SIZE = 32


def shrink(model):
    """The same network for an image of SIZE × SIZE pixels."""
    for value in model.graph.input:
        dims = value.type.tensor_type.shape.dim
        if len(dims) == 4 and dims[2].dim_value == 128:
            dims[2].dim_value = dims[3].dim_value = SIZE
    for value in model.graph.output:
        value.type.tensor_type.ClearField("shape")
    del model.graph.value_info[:]


def main():
    bnnc = sys.argv[1]
    data = os.path.join(os.path.dirname(qonnx.__file__), "data", "onnx", "bsd300x3-espcn")
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        for name in ("subpixel/quant_model", "nn_resize/quant_model", "subpixel/float_model", "nn_resize/float_model"):
            model = onnx.load(os.path.join(data, name + ".onnx"))
            shrink(model)
            path = os.path.join(folder, "model.onnx")
            onnx.save(model, path)
            wrapped = cleanup_model(ModelWrapper(model))
            source = wrapped.graph.input[0].name
            image = np.random.default_rng(1).random(wrapped.get_tensor_shape(source), np.float32)
            expected = next(iter(executor.execute_onnx(wrapped, {source: image}).values()))
            np.save(os.path.join(folder, "in.npy"), image)
            for way in ([], ["--reference"]):
                output = os.path.join(folder, "out.npy")
                subprocess.run([bnnc, "run", path, os.path.join(folder, "in.npy"), "-o", output] + way, check=True)
                actual = np.load(output)
                # A sum of another order may fall on the other side of a quantizer's step: count those apart.
                difference = np.abs(actual - expected) / np.abs(expected).max()
                steps = np.count_nonzero(difference > 1e-5)
                label = f"{name} {'reference' if way else 'fast'}: {actual.size} values, largest relative difference "
                print(label + f"{difference.max():.1e}, {steps} above 1e-5")
                failed |= actual.shape != expected.shape or steps > actual.size / 1000
            # The fused scales round differently from the floats of the model: every code that differs is a tie.
            verify = subprocess.run([bnnc, "verify", path], stdout=subprocess.PIPE, text=True)
            print(name + " " + (verify.stdout.splitlines() or ["verify printed nothing"])[-1])
            failed |= verify.returncode != 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

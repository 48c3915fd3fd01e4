"""Compares the logits that an object gives for 8, 6, 4, 2 and 9 bits with NumPy's, rounding the codes a second time.

Run beside what mixed.py wrote; the arguments are the outputs of the fast code and of the reference.
"""

import sys

import numpy as np

sys.argv, outputs = [sys.argv[0], "."], sys.argv[1:]
sys.path.insert(0, __file__.rsplit("/", 1)[0])
import mixed  # writes the same files again

F = np.float32


def switched(values, bits):
    """Codes of 8 bits, rounded to `bits`, as multiples of 2^(8 - bits)."""
    scale = mixed.best_scale(values, 8, True)
    codes = np.clip(np.rint(values / scale), -128, 127)
    step = 2.0**(8 - bits)
    return (np.clip(np.rint(codes / step), -2**(bits - 1), 2**(bits - 1) - 1) * step).astype(F) * scale


got = [np.loadtxt(path) for path in outputs]
images, hidden = mixed.images, mixed.activations
scales = mixed.activation_scale(images, 8, True), mixed.activation_scale(hidden, 8, False)
for row, bits in enumerate((8, 6, 4, 2, 8)):
    w = np.stack([switched(channel, bits) for channel in mixed.w])
    v = np.stack([switched(column, bits) for column in mixed.v[0].T]).T
    x = mixed.quantized(mixed.x, 8, True, scales[0])
    h = np.maximum((mixed.convolve(x, w) + mixed.b).astype(F), 0)
    h = mixed.quantized(h, 8, False, scales[1])
    expected = h.reshape(-1, 512).astype(np.float64) @ v.astype(np.float64)
    for logits in got:
        np.testing.assert_allclose(logits[row], expected[0], rtol=1e-4, atol=1e-4)
np.testing.assert_array_equal(got[0], got[1])
assert not np.allclose(got[0][0], got[0][2])

"""A small float network, calibration data, and what the network gives when its layers are quantized: the last is
computed here with NumPy alone, from the definitions in docs/allocation.md. Writes into the folder given:

    model.mlir   conv1 (3x3, 3 to 8 channels), ReLU, fc (512 to 4), named by their locations
    calib.npz    40 images `image` and `labels`;  wide.npz and others: what does not fit
    x.npy        one image;  float.npy, mixed.npy, low.npy: outputs of the float network and of two assignments
"""

import pathlib
import sys

import numpy as np

F = np.float32
folder = pathlib.Path(sys.argv[1])
random = np.random.default_rng(20240611)
w = random.normal(size=(8, 3, 3, 3)).astype(F) * F(0.2)
b = random.normal(size=8).astype(F) * F(0.1)
v = random.normal(size=(1, 512, 4)).astype(F) * F(0.1)
w[3] = 0  # a channel without any weight


def text(array):
    if array.ndim == 0:
        return repr(float(array))
    return "[" + ", ".join(text(part) for part in array) + "]"


(folder / "model.mlir").write_text(f"""
func.func @mixed(%x: tensor<1x8x8x3xf32> {{bnn.name = "image"}}) -> (tensor<1x4xf32> {{bnn.name = "logits"}}) attributes {{bnn.entry}} {{
  %w = "tosa.const"() <{{values = dense<{text(w)}> : tensor<8x3x3x3xf32>}}> : () -> tensor<8x3x3x3xf32>
  %b = "tosa.const"() <{{values = dense<{text(b)}> : tensor<8xf32>}}> : () -> tensor<8xf32>
  %z = "tosa.const"() <{{values = dense<0.0> : tensor<1xf32>}}> : () -> tensor<1xf32>
  %c = tosa.conv2d %x, %w, %b, %z, %z {{acc_type = f32, dilation = array<i64: 1, 1>, pad = array<i64: 1, 1, 1, 1>, stride = array<i64: 1, 1>}} : (tensor<1x8x8x3xf32>, tensor<8x3x3x3xf32>, tensor<8xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x8x8x8xf32> loc("conv1")
  %r = tosa.clamp %c {{min_val = 0.0 : f32, max_val = 0x7F800000 : f32}} : (tensor<1x8x8x8xf32>) -> tensor<1x8x8x8xf32>
  %s = tosa.const_shape {{values = dense<[1, 1, 512]> : tensor<3xindex>}} : () -> !tosa.shape<3>
  %f = tosa.reshape %r, %s : (tensor<1x8x8x8xf32>, !tosa.shape<3>) -> tensor<1x1x512xf32>
  %v = "tosa.const"() <{{values = dense<{text(v)}> : tensor<1x512x4xf32>}}> : () -> tensor<1x512x4xf32>
  %m = tosa.matmul %f, %v, %z, %z : (tensor<1x1x512xf32>, tensor<1x512x4xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x4xf32> loc("fc")
  %t = tosa.const_shape {{values = dense<[1, 4]> : tensor<2xindex>}} : () -> !tosa.shape<2>
  %y = tosa.reshape %m, %t : (tensor<1x1x4xf32>, !tosa.shape<2>) -> tensor<1x4xf32>
  return %y : tensor<1x4xf32>
}}
""")


def quantized(x, bits, signed, scale):
    if signed and bits <= 2:
        most = F(2**bits - 1)
        return (2 * np.clip(np.rint((x / scale + most) / 2), 0, most) - most) * scale
    most = F(2**(bits - 1) - 1 if signed else 2**bits - 1)
    return np.clip(np.rint(x / scale), -most - 1 if signed else 0, most) * scale


def best_scale(values, bits, signed):
    values = values.reshape(-1).astype(F)
    largest = np.abs(values).max()
    if largest < 1e-30:
        return F(1e-30)
    if bits == 1 and signed:
        return F(np.abs(values.astype(np.float64)).mean())
    most = F(2**bits - 1 if bits <= 2 or not signed else 2**(bits - 1) - 1)
    best = None
    for percent in range(100, 0, -1):
        scale = largest * F(percent) / F(100) / most
        error = ((values - quantized(values, bits, signed, scale)).astype(np.float64)**2).sum()
        if best is None or error < best[0]:
            best = (error, scale)
    return best[1]


def convolve(x, w):
    """Images N x 8 x 8 x 3, padded with zeros."""
    padded = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0))).astype(np.float64)
    taps = [padded[:, i:i + 8, j:j + 8] @ w[:, i, j].T.astype(np.float64) for i in range(3) for j in range(3)]
    return sum(taps)


def network(x, bits=None, scales=None):
    """The network on images; `bits` are (weights, activations) of conv1 and fc."""
    weights, dense = w, v
    if bits:
        weights = np.stack([quantized(c, bits[0][0], True, best_scale(c, bits[0][0], True)) for c in w])
        columns = [quantized(c, bits[1][0], True, best_scale(c, bits[1][0], True)) for c in v[0].T]
        dense = np.stack(columns).T[None]
        x = quantized(x, bits[0][1], True, scales[0])
    hidden = np.maximum((convolve(x, weights) + b).astype(F), 0)
    activations = hidden
    if bits:
        hidden = quantized(hidden, bits[1][1], False, scales[1])
    return (hidden.reshape(-1, 512).astype(np.float64) @ dense[0].astype(np.float64)).astype(F), activations


def activation_scale(values, bits, signed):
    """The sample ends with the value that is largest, in case it would have been missed."""
    values = values.reshape(-1)
    return best_scale(np.append(values, values[np.abs(values).argmax()]), bits, signed)


images = random.normal(size=(40, 8, 8, 3)).astype(F)
outputs, activations = network(images)
labels = outputs.argmax(1)
np.savez(folder / "calib.npz", image=images, labels=labels)
np.savez(folder / "unlabelled.npz", image=images)
np.savez(folder / "wide.npz", image=np.zeros((40, 8, 9, 3), F))
np.savez(folder / "other.npz", picture=images, labels=labels)
np.savez(folder / "double.npz", image=images.astype(np.float64))
np.savez(folder / "few-labels.npz", image=images, labels=labels[:7])
np.savez(folder / "float-labels.npz", image=images, labels=labels.astype(F))
np.savez(folder / "wrong-labels.npz", image=images, labels=labels + 1)
np.savez(folder / "nan.npz", image=np.full((1, 8, 8, 3), np.nan, F))
x = images[7:8]
np.save(folder / "x.npy", x)
np.save(folder / "float.npy", network(x)[0])
for name, bits in (("mixed", [(4, 8), (2, 4)]), ("low", [(1, 2), (1, 1)])):
    scales = [activation_scale(images, bits[0][1], True), activation_scale(activations, bits[1][1], False)]
    np.save(folder / f"{name}.npy", network(x, bits, scales)[0])

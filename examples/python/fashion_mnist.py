"""Trains a small binary network on Fashion-MNIST, compiles it, and looks at what came out.

    python -m venv env && env/bin/pip install -r requirements.txt ../../python_bindings
    env/bin/python fashion_mnist.py

Takes a few minutes on two cores. The cells (`# %%`) run one by one in editors and notebooks that know them.

The network has 1-bit weights and 1-bit activations but for the first convolution and the last layer. It trains with
Brevitas, whose layers binarize in the forward pass and let gradients through as if they did not.
"""

# %% Settings

import argparse
import gzip
import pathlib
import time

import brevitas.nn as qnn
import numpy as np
import torch
from brevitas.quant import SignedBinaryActPerTensorConst, SignedBinaryWeightPerTensorConst
from torch import nn

import bnn

parser = argparse.ArgumentParser(description="Train, compile and inspect a binary network.")
parser.add_argument("--data", type=pathlib.Path, default="/usr/share/datasets/fashion-mnist",
                    help="folder of the four gzipped IDX files (Debian: dataset-fashion-mnist)")
parser.add_argument("--epochs", type=int, default=4)
parser.add_argument("--limit", type=int, default=60000, help="training images")
parser.add_argument("--test-limit", type=int, default=10000, help="test images")
parser.add_argument("--picture", type=pathlib.Path, default="layers.png")
arguments = parser.parse_args()
torch.manual_seed(1)


# %% The data: images as [N, 1, 28, 28] floats in [0, 1], and classes


def read_idx(name, header):
    with gzip.open(arguments.data / name) as file:
        return np.frombuffer(file.read(), np.uint8, offset=header)


def load(part, limit):
    images = read_idx(f"{part}-images-idx3-ubyte.gz", 16).reshape(-1, 1, 28, 28)[:limit]
    labels = read_idx(f"{part}-labels-idx1-ubyte.gz", 8)[:limit]
    return torch.from_numpy(images.astype(np.float32) / 255), torch.from_numpy(labels.astype(np.int64))


train_images, train_labels = load("train", arguments.limit)
test_images, test_labels = load("t10k", arguments.test_limit)


# %% The network


class BinaryWeight(SignedBinaryWeightPerTensorConst):
    scaling_const = 1.0


class BinaryActivation(SignedBinaryActPerTensorConst):
    scaling_const = 1.0


def binary_block(in_channels, out_channels, stride):
    return [
        qnn.QuantIdentity(act_quant=BinaryActivation),
        qnn.QuantConv2d(in_channels, out_channels, 3, stride, padding=1, bias=False, weight_quant=BinaryWeight),
        nn.BatchNorm2d(out_channels),
    ]


network = nn.Sequential(
    nn.Conv2d(1, 32, 5, stride=2, padding=2, bias=False),  # to 14x14
    nn.BatchNorm2d(32),
    *binary_block(32, 64, stride=2),  # to 7x7
    *binary_block(64, 64, stride=1),
    *binary_block(64, 128, stride=2),  # to 4x4
    nn.PReLU(128),
    nn.AdaptiveAvgPool2d(1),
    nn.Flatten(),
    nn.Linear(128, 10),
)


# %% Training

batch = 100
steps = arguments.epochs * (len(train_images) // batch)
optimizer = torch.optim.Adam(network.parameters(), lr=5e-3)
schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 5e-3, total_steps=max(steps, 2))
for epoch in range(1, arguments.epochs + 1):
    network.train()
    started, total = time.monotonic(), 0.0
    for chosen in torch.randperm(len(train_images)).split(batch):
        if len(chosen) < batch:
            continue
        images = train_images[chosen]
        images = torch.where(torch.rand(batch, 1, 1, 1) < 0.5, images.flip(3), images)
        loss = nn.functional.cross_entropy(network(images), train_labels[chosen])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        total += loss.item()
    print(f"epoch {epoch}: loss {total * batch / len(train_images):.3f}, {time.monotonic() - started:.0f} s", flush=True)
network.eval()


# %% One line from the network to machine code

model = bnn.compile(network, example_inputs=test_images[:1], name="fashion")
print(model)


# %% Accuracy, and the same classes as PyTorch

with torch.no_grad():
    expected = torch.cat([network(part) for part in test_images.split(500)]).argmax(1)
classes = torch.stack([model(image[None])[0].argmax() for image in test_images])
accuracy = (classes == test_labels).float().mean().item()
same = int((classes == expected).sum())
print(f"accuracy {accuracy:.4f}; the class that PyTorch finds for {same} of {len(classes)} images")


# %% The fast code against the reference, layer by layer

check = model.verify(test_images[:1].numpy())
print(check)
assert check


# %% What became of each layer

report = model.inspect()
print(report)


# %% How long one image takes

timing = model.benchmark(test_images[:1].numpy())
print("compiled:", timing)
torch.set_num_threads(1)
with torch.no_grad():
    network(test_images[:1])
    started = time.perf_counter()
    for _ in range(50):
        network(test_images[:1])
print(f"PyTorch: {(time.perf_counter() - started) / 50 * 1e3:.2f} ms, with Brevitas' quantizers simulated in floats")


# %% A picture: where the bytes and the work are

import matplotlib  # noqa: E402

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402

names = [f"{layer.name}\n{'float' if layer.float else f'{layer.weight_bits}×{layer.activation_bits} bit'}" for layer in report.layers]
rows = range(len(names))
figure, (left, right) = pyplot.subplots(1, 2, figsize=(11, 0.7 * len(names) + 1.2), sharey=True)
left.barh([i - 0.2 for i in rows], [layer.weight_bytes_float / 1024 for layer in report.layers], 0.4, label="as float32")
left.barh([i + 0.2 for i in rows], [layer.weight_bytes_stored / 1024 for layer in report.layers], 0.4, label="as stored")
left.set_xlabel("weights, KiB")
left.set_yticks(list(rows), names)
left.invert_yaxis()
left.legend()
right.barh(rows, [layer.macs / 1e6 for layer in report.layers], 0.6, color="tab:gray")
right.set_xlabel("multiply-accumulates, millions")
figure.tight_layout()
figure.savefig(arguments.picture, dpi=120)
print(f"wrote {arguments.picture}")


# %% Files: for C programs, and for the next session

model.save("fashion.o")
model.save("fashion.bnn")
again = bnn.load("fashion.bnn")
assert torch.equal(again(test_images[:1]), model(test_images[:1]))
print(f"example: ok accuracy={accuracy:.4f} same={same}/{len(classes)}")

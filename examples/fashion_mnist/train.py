#!/usr/bin/env python3
"""Trains the demo network of bnn-mlir on Fashion-MNIST and exports it to QONNX.

What it makes: a residual network for 28x28 grey images, in the style of Bi-Real Net
and ReActNet, in which every hidden convolution has 1-bit weights and 1-bit
activations, both -1 or +1. Only the first convolution and the last dense layer are
float. The binary convolutions pad with zeros, which take no part in the sum.

Why Brevitas: its QONNX export is the common ONNX form of 1-bit networks, and the
`qonnx` package, which nobody here wrote, executes it: see oracle.py.

How it trains: Adam on latent float weights, which are clipped to [-1, 1] and
binarized in every forward pass. The gradient passes straight through the sign
function where its input lies in [-1, 1]. Images are shifted by up to 2 pixels and
flipped at random. The convolutions of the training passes run in bfloat16, which
is several times faster on recent x86-64 processors and holds -1 and +1 exactly;
every test, and the export, uses float32.

All seeds are fixed, and the algorithms are deterministic ones. The network depends,
through the rounding of sums, on the versions (requirements.txt), the processor and the
number of threads. The committed one comes from the default settings, except that the
number of threads went from 2 to 1 in the 10th epoch: it classifies 92.39 % of the test
images rightly.

    python train.py --output fashion_mnist_bnn.onnx

Beside the ONNX file it writes the PyTorch weights, with the suffix .pt, from which
`--weights` exports again.
"""

import argparse
import gzip
import os
import pathlib
import sys
import time

import numpy
import onnx
import torch
from torch import nn
from torch.nn import functional

from brevitas.export import export_qonnx
from brevitas.nn import QuantConv2d, QuantIdentity
from brevitas.quant.binary import SignedBinaryActPerTensorConst
from brevitas.quant.binary import SignedBinaryWeightPerTensorConst

# PyTorch 2.13 removed named tensors, and Brevitas 0.13.0 still calls Tensor.rename(None)
# in every layer, where it changes nothing (Brevitas pull request 1565 mends it).
if not hasattr(torch.Tensor, "rename"):
    torch.Tensor.rename = lambda tensor, *names: tensor

DEFAULT_DATA = "/usr/share/datasets/fashion-mnist"
IMAGE_SIZE = 28
CLASSES = 10
LARGEST_SHIFT = 2  # pixels, of the augmentation


# ---------------------------------------------------------------- the network


class BinaryWeight(SignedBinaryWeightPerTensorConst):
    """Weights -1 and +1. The batch norm that follows learns the scale."""

    scaling_const = 1.0


class UnitClamp(nn.Module):
    """Clamps to [-1, 1]; the same as Brevitas' own module here, but faster."""

    def __init__(self):  # Brevitas builds it, and wants to see its arguments
        super().__init__()

    def forward(self, x, low, high):
        return functional.hardtanh(x)


class BinaryActivation(SignedBinaryActPerTensorConst):
    """Activations -1 and +1; zero becomes +1."""

    scaling_const = 1.0
    tensor_clamp_impl = UnitClamp


def binarizer():
    return QuantIdentity(act_quant=BinaryActivation)


def binary_convolution(in_channels, out_channels, stride=1):
    return QuantConv2d(in_channels, out_channels, kernel_size=3, stride=stride,
                       padding=1, bias=False, weight_quant=BinaryWeight)


class Shift(nn.Module):
    """Adds a learned number per channel: it moves the threshold of the binarizer."""

    def __init__(self, channels):
        super().__init__()
        self.offset = nn.Parameter(torch.zeros(1, channels, 1, 1))

    def forward(self, x):
        return x + self.offset


class SingleBlock(nn.Module):
    """One binary convolution with a shortcut around it.

    With stride 2 the number of channels doubles: the shortcut averages 2x2 pixels
    and repeats the channels, so it needs no convolution.
    """

    def __init__(self, in_channels, stride=1):
        super().__init__()
        out_channels = in_channels * stride
        self.shift = Shift(in_channels)
        self.binarize = binarizer()
        self.convolution = binary_convolution(in_channels, out_channels, stride)
        self.norm = nn.BatchNorm2d(out_channels)
        self.pool = nn.AvgPool2d(2) if stride == 2 else None
        self.activation = nn.PReLU(out_channels)

    def forward(self, x):
        shortcut = x
        if self.pool is not None:
            pooled = self.pool(x)
            shortcut = torch.cat([pooled, pooled], dim=1)
        x = self.norm(self.convolution(self.binarize(self.shift(x))))
        return self.activation(x + shortcut)


class PairBlock(nn.Module):
    """Two binary convolutions with one shortcut around both.

    Between them stand only a batch norm and a binarizer, which a compiler can turn
    into one integer threshold per channel.
    """

    def __init__(self, channels):
        super().__init__()
        self.shift = Shift(channels)
        self.binarize1 = binarizer()
        self.convolution1 = binary_convolution(channels, channels)
        self.norm1 = nn.BatchNorm2d(channels)
        self.binarize2 = binarizer()
        self.convolution2 = binary_convolution(channels, channels)
        self.norm2 = nn.BatchNorm2d(channels)
        self.activation = nn.PReLU(channels)

    def forward(self, x):
        shortcut = x
        x = self.norm1(self.convolution1(self.binarize1(self.shift(x))))
        x = self.norm2(self.convolution2(self.binarize2(x)))
        return self.activation(x + shortcut)


class FashionNetwork(nn.Module):
    """Takes float pixels in [0, 1], shape [N, 1, 28, 28]; returns 10 logits."""

    def __init__(self, width=64):
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(1, width, kernel_size=3, padding=1, bias=False),
            nn.MaxPool2d(2),
            nn.BatchNorm2d(width),
            nn.PReLU(width),
        )
        self.blocks = nn.Sequential(
            SingleBlock(width),  # 14x14
            SingleBlock(width),
            PairBlock(width),
            SingleBlock(width, stride=2),  # to 7x7
            SingleBlock(2 * width),
            SingleBlock(2 * width),
            PairBlock(2 * width),
        )
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Linear(2 * width, CLASSES)

    def forward(self, x):
        x = self.blocks(self.stem(x))
        return self.classifier(torch.flatten(self.pool(x), 1))


# ------------------------------------------------------------------- the data


def read_idx(path):
    """Reads a gzipped IDX file of unsigned bytes."""
    with gzip.open(path, "rb") as file:
        content = file.read()
    if content[:3] != b"\x00\x00\x08":
        sys.exit(f"{path}: not an IDX file of unsigned bytes")
    dimensions = content[3]
    shape = [int.from_bytes(content[4 * i:4 * i + 4], "big")
             for i in range(1, dimensions + 1)]
    values = numpy.frombuffer(content, numpy.uint8, offset=4 + 4 * dimensions)
    return values.reshape(shape).copy()


def load_images(folder, part):
    """Returns images (uint8, [N, 1, 28, 28]) and labels of "train" or "t10k"."""
    images = read_idx(folder / f"{part}-images-idx3-ubyte.gz")
    labels = read_idx(folder / f"{part}-labels-idx1-ubyte.gz")
    return torch.from_numpy(images).unsqueeze(1), torch.from_numpy(labels).long()


def to_float(images):
    return images.float() / 255


def augment(images, generator):
    """Moves every image a little and mirrors half of them."""
    count = len(images)
    padded = functional.pad(images[:, 0], [LARGEST_SHIFT] * 4)
    size = torch.arange(IMAGE_SIZE)
    offsets = torch.randint(2 * LARGEST_SHIFT + 1, (2, count, 1), generator=generator)
    rows = offsets[0] + size
    columns = offsets[1] + size
    mirrored = torch.rand(count, 1, generator=generator) < 0.5
    columns = torch.where(mirrored, columns.flip(1), columns)
    image = torch.arange(count).view(-1, 1, 1)
    return padded[image, rows.unsqueeze(2), columns.unsqueeze(1)].unsqueeze(1)


# --------------------------------------------------------- training and export


def progress(text):
    """Rewrites one line, on a terminal only."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


@torch.no_grad()
def measure_accuracy(network, images, labels):
    network.eval()
    correct = 0
    for start in range(0, len(images), 500):
        logits = network(to_float(images[start:start + 500]))
        correct += (logits.argmax(1) == labels[start:start + 500]).sum().item()
    return correct / len(images)


def train(network, data, arguments):
    images, labels = load_images(data, "train")
    test_images, test_labels = load_images(data, "t10k")
    generator = torch.Generator().manual_seed(arguments.seed)
    batches = len(images) // arguments.batch
    optimizer = torch.optim.Adam(network.parameters(), lr=arguments.rate)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, arguments.rate, total_steps=arguments.epochs * batches,
        pct_start=0.05, cycle_momentum=False)

    for epoch in range(1, arguments.epochs + 1):
        network.train()
        started = time.monotonic()
        total_loss = 0.0
        order = torch.randperm(len(images), generator=generator)
        for batch in range(batches):
            chosen = order[batch * arguments.batch:(batch + 1) * arguments.batch]
            pixels = to_float(augment(images[chosen], generator))
            with torch.autocast("cpu", torch.bfloat16):
                logits = network(pixels.contiguous(memory_format=torch.channels_last))
            loss = functional.cross_entropy(logits.float(), labels[chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total_loss += loss.item()
            progress(f"epoch {epoch}: batch {batch + 1} of {batches}, "
                     f"loss {total_loss / (batch + 1):.4f}")
        progress("")
        accuracy = measure_accuracy(network, test_images, test_labels)
        print(f"epoch {epoch:2}: loss {total_loss / batches:.4f}, "
              f"test accuracy {accuracy:.4f}, "
              f"{time.monotonic() - started:.0f} s", flush=True)


def export(network, path, dynamo=False):
    """Writes one self-contained file, whole or not at all."""
    network.eval()
    temporary = path.with_name(path.name + ".part")
    example = torch.zeros(1, 1, IMAGE_SIZE, IMAGE_SIZE)
    if dynamo:
        settings = {"dynamo": True, "optimize": True}
    else:
        settings = {"dynamo": False, "keep_initializers_as_inputs": False}
    model = export_qonnx(network, args=example, input_names=["image"],
                         output_names=["logits"], opset_version=20, **settings)
    onnx.save(model, temporary, save_as_external_data=False)
    os.replace(temporary, path)


def main():
    parser = argparse.ArgumentParser(
        description="Train and export the Fashion-MNIST network.")
    parser.add_argument("--epochs", type=int, default=18)
    parser.add_argument("--batch", type=int, default=128, help="images per step")
    parser.add_argument("--rate", type=float, default=3e-3, help="peak learning rate")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--data", type=pathlib.Path, default=DEFAULT_DATA,
                        help="folder of the four gzipped IDX files")
    parser.add_argument("--output", type=pathlib.Path,
                        default="fashion_mnist_bnn.onnx", help="the ONNX file")
    parser.add_argument("--weights", type=pathlib.Path,
                        help="start from these; with --epochs 0, only export them")
    arguments = parser.parse_args()

    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    torch.use_deterministic_algorithms(True)
    torch.set_flush_denormal(True)

    network = FashionNetwork().to(memory_format=torch.channels_last)
    if arguments.weights:
        network.load_state_dict(torch.load(arguments.weights, weights_only=True))
    if arguments.epochs > 0:
        train(network, arguments.data, arguments)
        torch.save(network.state_dict(), arguments.output.with_suffix(".pt"))
    export(network, arguments.output)
    accuracy = measure_accuracy(network, *load_images(arguments.data, "t10k"))
    print(f"{arguments.output}: test accuracy {accuracy:.4f} in PyTorch")


if __name__ == "__main__":
    main()

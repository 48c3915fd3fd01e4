#!/usr/bin/env python3
"""Trains the float network of the mixed-precision example on Fashion-MNIST and exports it to ONNX.

What it makes: seven 3x3 convolutions with batch norm and ReLU, and a dense layer, all of them float. The layers
differ much in their numbers of weights and of multiplications, so that it matters which of them gets how many bits.

    python train.py --output float_cnn.onnx

All seeds are fixed and the algorithms are deterministic ones; the weights still depend, through the rounding of sums,
on PyTorch's version (requirements.txt), the processor and the number of threads.
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

DEFAULT_DATA = "/usr/share/datasets/fashion-mnist"
IMAGE_SIZE = 28


def block(in_channels, out_channels, stride=1):
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, 3, stride=stride, padding=1, bias=False),
        nn.BatchNorm2d(out_channels),
        nn.ReLU(),
    )


class Network(nn.Module):
    """Takes float pixels in [0, 1], shape [N, 1, 28, 28]; returns 10 logits."""

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            block(1, 16),
            block(16, 32, stride=2),  # to 14x14
            block(32, 32),
            block(32, 64, stride=2),  # to 7x7
            block(64, 64),
            block(64, 96, stride=2),  # to 4x4
            block(96, 96),
        )
        self.classifier = nn.Linear(96, 10)

    def forward(self, x):
        return self.classifier(self.features(x).mean((2, 3)))


def read_idx(path):
    """Reads a gzipped IDX file of unsigned bytes."""
    with gzip.open(path, "rb") as file:
        content = file.read()
    if content[:3] != b"\x00\x00\x08":
        sys.exit(f"{path}: not an IDX file of unsigned bytes")
    dimensions = content[3]
    shape = [int.from_bytes(content[4 * i:4 * i + 4], "big") for i in range(1, dimensions + 1)]
    return numpy.frombuffer(content, numpy.uint8, offset=4 + 4 * dimensions).reshape(shape).copy()


def load(folder, part):
    images = read_idx(folder / f"{part}-images-idx3-ubyte.gz")
    labels = read_idx(folder / f"{part}-labels-idx1-ubyte.gz")
    return torch.from_numpy(images).unsqueeze(1), torch.from_numpy(labels).long()


@torch.no_grad()
def accuracy(network, images, labels):
    network.eval()
    correct = 0
    for start in range(0, len(images), 500):
        logits = network(images[start:start + 500].float() / 255)
        correct += (logits.argmax(1) == labels[start:start + 500]).sum().item()
    return correct / len(images)


def train(network, data, arguments):
    images, labels = load(data, "train")
    test_images, test_labels = load(data, "t10k")
    generator = torch.Generator().manual_seed(arguments.seed)
    steps = len(images) // arguments.batch
    optimizer = torch.optim.AdamW(network.parameters(), lr=arguments.rate, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, arguments.rate, total_steps=arguments.epochs * steps,
                                                   pct_start=0.2)
    for epoch in range(1, arguments.epochs + 1):
        network.train()
        started, total = time.monotonic(), 0.0
        order = torch.randperm(len(images), generator=generator)
        for step in range(steps):
            chosen = order[step * arguments.batch:(step + 1) * arguments.batch]
            pixels = images[chosen].float() / 255
            mirrored = torch.rand(len(pixels), generator=generator) < 0.5
            pixels = torch.where(mirrored.view(-1, 1, 1, 1), pixels.flip(3), pixels)
            loss = functional.cross_entropy(network(pixels.contiguous(memory_format=torch.channels_last)),
                                            labels[chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item()
        print(f"epoch {epoch:2}: loss {total / steps:.4f}, "
              f"test accuracy {accuracy(network, test_images, test_labels):.4f}, "
              f"{time.monotonic() - started:.0f} s", flush=True)


def export(network, path):
    """Writes one self-contained file, whole or not at all."""
    network.eval()
    temporary = path.with_name(path.name + ".part")
    torch.onnx.export(network, torch.zeros(1, 1, IMAGE_SIZE, IMAGE_SIZE), temporary, input_names=["image"],
                      output_names=["logits"], opset_version=17, dynamo=False)
    onnx.checker.check_model(onnx.load(temporary))
    os.replace(temporary, path)


def main():
    parser = argparse.ArgumentParser(description="Train and export the float network.")
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--batch", type=int, default=128, help="images per step")
    parser.add_argument("--rate", type=float, default=4e-3, help="peak learning rate")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--data", type=pathlib.Path, default=DEFAULT_DATA, help="folder of the gzipped IDX files")
    parser.add_argument("--output", type=pathlib.Path, default="float_cnn.onnx", help="the ONNX file")
    arguments = parser.parse_args()

    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    torch.use_deterministic_algorithms(True)
    torch.set_flush_denormal(True)

    network = Network().to(memory_format=torch.channels_last)
    train(network, arguments.data, arguments)
    export(network, arguments.output)
    print(f"{arguments.output}: test accuracy {accuracy(network, *load(arguments.data, 't10k')):.4f} in PyTorch")


if __name__ == "__main__":
    main()

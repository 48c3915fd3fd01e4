#!/usr/bin/env python3
"""Writes what the example's commands read, from the gzipped IDX files of Fashion-MNIST:

    calib.npz       images and labels of the training set, for calibration and sensitivities
    images, labels  the test set, unpacked, for ../fashion_mnist/main.c

    python data.py --output FOLDER

Needs numpy only.
"""

import argparse
import gzip
import pathlib

import numpy


def main():
    parser = argparse.ArgumentParser(description="Prepare the data of the mixed-precision example.")
    parser.add_argument("--count", type=int, default=512, help="calibration images")
    parser.add_argument("--data", type=pathlib.Path, default="/usr/share/datasets/fashion-mnist")
    parser.add_argument("--output", type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    arguments.output.mkdir(parents=True, exist_ok=True)

    def read(name):
        with gzip.open(arguments.data / f"{name}.gz", "rb") as file:
            return file.read()

    images = numpy.frombuffer(read("train-images-idx3-ubyte"), numpy.uint8, offset=16)
    images = images[:arguments.count * 784].reshape(-1, 1, 28, 28).astype(numpy.float32) / 255
    labels = numpy.frombuffer(read("train-labels-idx1-ubyte"), numpy.uint8, offset=8)[:arguments.count]
    numpy.savez_compressed(arguments.output / "calib.npz", image=images, labels=labels)
    (arguments.output / "images").write_bytes(read("t10k-images-idx3-ubyte"))
    (arguments.output / "labels").write_bytes(read("t10k-labels-idx1-ubyte"))


if __name__ == "__main__":
    main()

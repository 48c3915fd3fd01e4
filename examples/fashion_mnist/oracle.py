#!/usr/bin/env python3
"""Runs the exported network with qonnx, an executor that nobody here wrote.

Every test image goes through the ONNX file, node by node: `qonnx` binarizes, and
hands the standard nodes to onnxruntime. The logits are what the compiled model is
compared with. The file says batch size 1; the batch dimension is enlarged in memory
because the executor starts a session per node and call. `--single 20` runs some
images one by one through the unchanged graph as well, and compares.

Two correct executors may differ visibly on a few images: a float that rounds to the
other side of a binarizer's threshold flips one activation from -1 to +1.

    python oracle.py --model fashion_mnist_bnn.onnx --output oracle_logits.npy

With `--weights fashion_mnist_bnn.pt` (written by train.py) it also reports how well
PyTorch agrees.
"""

import argparse
import pathlib
import sys

import numpy
import onnx
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.core.onnx_exec import execute_onnx
from qonnx.transformation.infer_shapes import InferShapes

import train


def load_model(path, batch):
    """Returns the model for a given batch size; no node is changed."""
    proto = onnx.load(path)
    del proto.graph.value_info[:]
    for value in [*proto.graph.input, *proto.graph.output]:
        value.type.tensor_type.shape.dim[0].dim_value = batch
    model = ModelWrapper(proto)
    return model.transform(InferShapes())


def run(model, images):
    source = model.graph.input[0].name
    result = model.graph.output[0].name
    pixels = images.astype(numpy.float32) / numpy.float32(255)
    return execute_onnx(model, {source: pixels})[result]


def progress(text):
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def compare(name, logits, reference):
    same = int((logits.argmax(1) == reference.argmax(1)).sum())
    differences = numpy.abs(logits - reference).max(1)
    apart = int((differences > 1e-3).sum())
    print(f"{name}: same class on {same} of {len(reference)} images, "
          f"largest difference of a logit {differences.max():.3g} "
          f"(largest logit {numpy.abs(reference).max():.3g}), "
          f"more than 0.001 on {apart} images")


def torch_logits(weights, images):
    import torch
    network = train.FashionNetwork()
    network.load_state_dict(torch.load(weights, weights_only=True))
    network.eval()
    with torch.no_grad():
        parts = [network(train.to_float(part)) for part in images.split(500)]
    return torch.cat(parts).numpy()


def main():
    parser = argparse.ArgumentParser(
        description="Run the exported network with the qonnx executor.")
    parser.add_argument("--model", type=pathlib.Path, default="fashion_mnist_bnn.onnx")
    parser.add_argument("--data", type=pathlib.Path, default=train.DEFAULT_DATA)
    parser.add_argument("--output", type=pathlib.Path, default="oracle_logits.npy")
    parser.add_argument("--predictions", type=pathlib.Path,
                        default="oracle_predictions.npy")
    parser.add_argument("--weights", type=pathlib.Path, help="PyTorch state to compare")
    parser.add_argument("--batch", type=int, default=200)
    parser.add_argument("--single", type=int, default=20,
                        help="images to run one by one as well")
    arguments = parser.parse_args()

    images, labels = train.load_images(arguments.data, "t10k")
    pixels, labels = images.numpy(), labels.numpy()
    if len(pixels) % arguments.batch:
        sys.exit(f"--batch must divide {len(pixels)}")

    model = load_model(arguments.model, arguments.batch)
    parts = []
    for start in range(0, len(pixels), arguments.batch):
        progress(f"image {start} of {len(pixels)}")
        parts.append(run(model, pixels[start:start + arguments.batch]))
    progress("")
    logits = numpy.concatenate(parts).astype(numpy.float32)
    predictions = logits.argmax(1).astype(numpy.uint8)
    numpy.save(arguments.output, logits)
    numpy.save(arguments.predictions, predictions)
    ordered = numpy.sort(logits, axis=1)
    margins = ordered[:, -1] - ordered[:, -2]
    correct = int((predictions == labels).sum())
    print(f"{arguments.output}: {list(logits.shape)}, "
          f"accuracy {correct / len(labels):.4f} with qonnx")
    print(f"distance of the two largest logits: least {margins.min():.3g}, "
          f"below 0.01 on {int((margins < 0.01).sum())} images")

    if arguments.single:
        model = load_model(arguments.model, 1)
        alone = [run(model, pixels[i:i + 1]) for i in range(arguments.single)]
        compare("one by one", numpy.concatenate(alone), logits[:arguments.single])
    if arguments.weights:
        compare("PyTorch", torch_logits(arguments.weights, images), logits)


if __name__ == "__main__":
    main()

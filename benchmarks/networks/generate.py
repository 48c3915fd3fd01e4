#!/usr/bin/env python3
"""Writes one of the benchmark networks as an ONNX file; the same options give the same bytes.

    generate.py bi-real-net-18 -o bi-real-net-18.onnx
    generate.py stack --layers=40 -o stack40.onnx

Binary layers are QONNX's BipolarQuant, as Brevitas exports them; resnet18 is plain ONNX. Needs the packages of
test/requirements.txt.
"""

import argparse
import sys

from networks import NETWORKS


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("network", choices=sorted(NETWORKS))
    parser.add_argument("-o", "--output", required=True, metavar="FILE", help="the file to write, - for standard output")
    parser.add_argument("--size", type=int, help="side of the image (default: 224; stack: 28)")
    parser.add_argument("--width", type=int, help="channels of the first stage (default: 64; stack: 128)")
    parser.add_argument("--classes", type=int, help="outputs (default: 1000; stack: 10)")
    parser.add_argument("--layers", type=int, help="binary layers of stack (default: 10)")
    parser.add_argument("--seed", type=int, help="of the random weights (default: 1)")
    arguments = vars(parser.parse_args())
    network, output = arguments.pop("network"), arguments.pop("output")
    options = {key: value for key, value in arguments.items() if value is not None}
    for key, value in options.items():
        if value < (0 if key == "seed" else 1):
            parser.error("--%s must be positive" % key)
    if "layers" in options and network != "stack":
        parser.error("only stack has --layers")
    model = NETWORKS[network](**options).SerializeToString(deterministic=True)
    if output == "-":
        sys.stdout.buffer.write(model)
    else:
        with open(output, "wb") as file:
            file.write(model)


if __name__ == "__main__":
    main()

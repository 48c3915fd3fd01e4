"""Compares raw float32 logits with those of an outside executor: compare_oracle.py ORACLE.npy LOGITS

Prints every image on which the classes differ with its two best logits, and fails above 10 of them.
"""

import array
import sys

CLASSES = 10


def read(path, offset):
    with open(path, "rb") as file:
        file.seek(offset)
        values = array.array("f", file.read())
    return [values[i : i + CLASSES] for i in range(0, len(values), CLASSES)]


def header_size(path):
    """Of an npy file of version 1: magic, version, and a text whose length is in bytes 8 and 9."""
    with open(path, "rb") as file:
        start = file.read(10)
    assert start[:7] == b"\x93NUMPY\x01", path
    return 10 + int.from_bytes(start[8:], "little")


oracle = read(sys.argv[1], header_size(sys.argv[1]))
logits = read(sys.argv[2], 0)
assert len(oracle) == len(logits)
different = 0
for image, (expected, actual) in enumerate(zip(oracle, logits)):
    if expected.index(max(expected)) != actual.index(max(actual)):
        different += 1
        best, second = sorted(expected)[:-3:-1]
        print(f"image {image}: best oracle logits {best:.6g} and {second:.6g}")
print(f"same class on {len(oracle) - different} of {len(oracle)} images")
sys.exit(different > 10)

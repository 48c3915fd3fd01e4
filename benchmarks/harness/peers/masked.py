"""Copies of a package whose libraries take this processor for one without AVX-512.

ONNX Runtime has no switch for that. It asks the processor (`cpuid`) what it has and the operating system (`xgetbv`)
which registers are kept; without the second none of the first is used. In the copy, every `xgetbv` is replaced by a
move of the same three bytes that gives what a machine with AVX2 alone gives: the x87, SSE and AVX registers are kept.
"""

import importlib.metadata
import importlib.util
import os
import shutil
import subprocess
import sys

from ..native import find_compiler
from . import Unavailable

XGETBV = bytes([0x0F, 0x01, 0xD0])
MOVE_7_TO_AL_AND_NOP = bytes([0xB0, 0x07, 0x90])


def hide_avx512(package, folder):
    """Makes a masked copy of `package` in `folder`, once, and puts it before the real one."""
    if package in sys.modules:
        raise Unavailable(f"{package} is loaded already, so its instructions cannot be kept to AVX2")
    found = importlib.util.find_spec(package)
    if found is None:
        raise Unavailable(f"No module named '{package}'")
    target = os.path.join(folder, "masked", importlib.metadata.version(package))
    copy = os.path.join(target, package)
    if not os.path.exists(copy):
        shutil.copytree(os.path.dirname(found.origin), copy + ".part", ignore=shutil.ignore_patterns("__pycache__"))
        count = sum(mask_library(path) for path in libraries(copy + ".part"))
        if not count:
            shutil.rmtree(copy + ".part")
            raise Unavailable(f"{package} has no instruction that could be masked to keep it to AVX2")
        os.rename(copy + ".part", copy)
    sys.path.insert(0, target)


def libraries(folder):
    for place, _, names in os.walk(folder):
        for name in names:
            if ".so" in name and not os.path.islink(os.path.join(place, name)):
                yield os.path.join(place, name)


def mask_library(path):
    """Number of the instructions replaced. Disassembling tells them from data that looks the same."""
    disassembler = os.path.join(os.path.dirname(find_compiler()), "llvm-objdump")
    for name in (disassembler, disassembler + "-22"):
        if os.access(name, os.X_OK):
            break
    else:
        raise Unavailable("llvm-objdump is needed to keep ONNX Runtime to AVX2")
    with open(path, "rb") as file:
        data = bytearray(file.read())
    if XGETBV not in data:
        return 0
    segments = loaded_segments(data)
    count = 0
    with subprocess.Popen([name, "-d", "--no-show-raw-insn", path], stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            if "xgetbv" not in line:
                continue
            address = int(line.split(":")[0], 16)
            offset = next(address - base + start for base, start, size in segments if base <= address < base + size)
            assert data[offset : offset + 3] == XGETBV, "an instruction is not where the disassembler says"
            data[offset : offset + 3] = MOVE_7_TO_AL_AND_NOP
            count += 1
    if process.returncode:
        raise Unavailable(f"{path} cannot be disassembled")
    with open(path, "wb") as file:
        file.write(data)
    return count


def loaded_segments(data):
    """(address, offset in the file, size) of the loaded segments of a 64-bit ELF file."""

    def number(offset, size):
        return int.from_bytes(data[offset : offset + size], "little")

    table, entry, count = number(0x20, 8), number(0x36, 2), number(0x38, 2)
    headers = [table + entry * i for i in range(count)]
    return [(number(h + 16, 8), number(h + 8, 8), number(h + 32, 8)) for h in headers if number(h, 4) == 1]

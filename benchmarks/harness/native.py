"""The native side: builds the library of hand-written kernels and probes, loads it, and calls into it."""

import ctypes
import os
import subprocess

import numpy as np

from .statistics import Sample

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# No auto-vectorisation: what is scalar in the hand-written kernels is meant to be.
KERNEL_FLAGS = ["-std=c++20", "-O3", "-march=znver3", "-fno-vectorize", "-fno-slp-vectorize", "-fPIC"]
C_FLAGS = ["-O2", "-fPIC"]


class BuildError(Exception):
    pass


def run_tool(command):
    """Output of a command, or BuildError with what it said."""
    try:
        done = subprocess.run(command, capture_output=True, text=True)
    except FileNotFoundError:
        raise BuildError(f"{command[0]} is not installed") from None
    if done.returncode:
        raise BuildError(f"{os.path.basename(command[0])} failed: {(done.stderr or done.stdout).strip()[-2000:]}")
    return done.stdout


def find_compiler():
    for name in ("clang++-22", "clang++"):
        for folder in os.environ.get("PATH", "").split(os.pathsep) + ["/usr/lib/llvm-22/bin"]:
            if os.access(os.path.join(folder, name), os.X_OK):
                return os.path.join(folder, name)
    raise BuildError("clang++-22 is needed (utils/install-dependencies.sh)")


def build_library(folder, name, sources, flags, link=()):
    """Compiles what is newer than its object file, and links a shared library."""
    os.makedirs(folder, exist_ok=True)
    compiler = find_compiler()
    newest_header = max(
        (os.path.getmtime(os.path.join(os.path.dirname(s), f)) for s in sources
         for f in os.listdir(os.path.dirname(s)) if f.endswith(".h")),
        default=0,
    )
    objects = []
    for source in sources:
        target = os.path.join(folder, os.path.basename(source) + ".o")
        objects.append(target)
        if os.path.exists(target) and os.path.getmtime(target) > max(os.path.getmtime(source), newest_header):
            continue
        language = [] if source.endswith(".cpp") else ["-x", "c"]
        run_tool([compiler, *flags, *language, "-c", source, "-o", target])
    library = os.path.join(folder, f"lib{name}.so")
    run_tool([compiler, "-shared", *objects, "-o", library, *link])
    return library


class NativeSample(ctypes.Structure):
    _fields_ = [(name, ctypes.c_double) for name in ("time", "before", "after", "share")]


class Clock:
    """Probes and the timed loop (native/clock.c)."""

    def __init__(self, folder):
        path = build_library(folder, "clock", [os.path.join(HERE, "native", "clock.c")], C_FLAGS)
        self.library = ctypes.CDLL(path)
        for name in ("bench_now", "bench_processor_time", "bench_nop_rate", "bench_clock"):
            getattr(self.library, name).restype = ctypes.c_double
        self.library.bench_sample.argtypes = [
            ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_size_t, ctypes.POINTER(NativeSample),
        ]
        self.now = self.library.bench_now
        self.processor_time = self.library.bench_processor_time
        self.nop_rate = self.library.bench_nop_rate
        self.gigahertz = self.library.bench_clock

    def sample_native(self, function, arguments, iterations):
        result = NativeSample()
        self.library.bench_sample(function, arguments, len(arguments), iterations, ctypes.byref(result))
        return Sample(result.time, result.before, result.after, result.share)

    def sample_python(self, call, iterations):
        before = self.nop_rate()
        used, begin = self.processor_time(), self.now()
        for _ in range(iterations):
            call()
        elapsed = self.now() - begin
        share = (self.processor_time() - used) / elapsed
        return Sample(elapsed / iterations, before, self.nop_rate(), share)


class Contender:
    """Something to be timed. `key` names it in a group; subclasses say how one sample is taken."""

    def __init__(self, key, clock):
        self.key, self.clock = key, clock

    def sample(self, iterations):
        raise NotImplementedError


class NativeContender(Contender):
    """A C function of pointers."""

    def __init__(self, key, clock, function, arguments, keep=()):
        super().__init__(key, clock)
        self.function = ctypes.cast(function, ctypes.c_void_p)
        self.arguments = (ctypes.c_void_p * len(arguments))(*arguments)
        self.keep = keep  # whatever must live as long

    def sample(self, iterations):
        return self.clock.sample_native(self.function, self.arguments, iterations)


class PythonContender(Contender):
    """A Python function; what the call itself costs is part of its time."""

    def __init__(self, key, clock, call, keep=()):
        super().__init__(key, clock)
        self.call, self.keep = call, keep

    def sample(self, iterations):
        return self.clock.sample_python(self.call, iterations)


def aligned(array):
    """A copy at a multiple of 4096 with slack behind it, as kernels that read a little past the end need."""
    array = np.ascontiguousarray(array)
    whole = np.zeros(array.nbytes + 3 * 4096, np.uint8)
    begin = -whole.ctypes.data % 4096
    copy = whole[begin : begin + array.nbytes].view(array.dtype).reshape(array.shape)
    copy[...] = array
    return copy


def pointer(array):
    return array.ctypes.data

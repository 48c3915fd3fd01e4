"""What a call costs, and that nothing is kept."""

import gc
import os
import time
import timeit

import numpy as np
import pytest
from conftest import DENSE

import bnn

#: Microseconds that a call of a tiny model may take in all. Ten times what a quiet machine of 2024 needs: this is
#: to notice a copy or a compilation in the path, not to measure.
CALL_LIMIT = float(os.environ.get("BNN_CALL_LIMIT_US", 100))
#: Compile-load-free cycles, and seconds after which to stop.
CYCLES = int(os.environ.get("BNN_CYCLES", 150))
CYCLE_SECONDS = float(os.environ.get("BNN_CYCLE_SECONDS", 600))


def resident_bytes():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def test_call_overhead(dense, x):
    times = timeit.repeat(lambda: dense(x), number=1000, repeat=9)
    best, median = min(times) * 1e3, sorted(times)[4] * 1e3
    print(f"call of a tiny model: best {best:.2f} us, median {median:.2f} us")
    assert best < CALL_LIMIT


def test_calls_keep_nothing(dense, x):
    for _ in range(1000):
        dense(x)
    before = resident_bytes()
    for _ in range(20000):
        dense(x)
    assert resident_bytes() - before < 1 << 20


def test_cycles_keep_nothing(x):
    """Compile, load, call, free: memory stops growing once everything has been used."""

    def cycle():
        model = bnn.compile(DENSE)
        model(x)
        model.close()

    for _ in range(50):
        cycle()
    gc.collect()
    before, end, done = resident_bytes(), time.monotonic() + CYCLE_SECONDS, 0
    while done < CYCLES and time.monotonic() < end:
        cycle()
        done += 1
    gc.collect()
    grown = resident_bytes() - before
    print(f"{done} cycles: {grown / done:.1f} bytes each")
    # Allocators settle: a megabyte in all, and no more than 2 KiB for each cycle in a short run.
    assert grown < (1 << 20) + 2048 * min(done, 1000)


def test_errors_keep_nothing(tmp_path):
    def cycle():
        with pytest.raises(bnn.Error):
            bnn.compile("func.func @f(\n")
        with pytest.raises(bnn.Error):
            bnn.load(tmp_path / "absent.bnn")

    for _ in range(50):
        cycle()
    before = resident_bytes()
    for _ in range(500):
        cycle()
    assert resident_bytes() - before < 2 << 20


def test_large_arrays_are_not_copied():
    """Reading an array of 64 MiB takes no other 64 MiB."""
    text = (
        "func.func @f(%x: tensor<16777216xf32>) -> tensor<1xf32> {\n"
        "  %0 = tosa.slice %x, %s, %n : (tensor<16777216xf32>, !tosa.shape<1>, !tosa.shape<1>) -> tensor<1xf32>\n"
        "  return %0 : tensor<1xf32>\n}\n"
    ).replace(
        "  %0",
        "  %s = tosa.const_shape {values = dense<5> : tensor<1xindex>} : () -> !tosa.shape<1>\n"
        "  %n = tosa.const_shape {values = dense<1> : tensor<1xindex>} : () -> !tosa.shape<1>\n  %0",
    )
    model = bnn.compile(text)
    x = np.ones(1 << 24, np.float32)
    x[5] = 7
    before = resident_bytes()
    assert model(x)[0] == 7
    assert resident_bytes() - before < 16 << 20

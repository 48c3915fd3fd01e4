"""Calling models: what fits, what is shared, and what is refused."""

import gc
import os
import threading

import numpy as np
import pytest
from conftest import DENSE, EXPECTED

import bnn

#: Calls of each thread.
CALLS = int(os.environ.get("BNN_CALLS", 5000))


def test_result(dense, x):
    y = dense(x)
    assert type(y) is np.ndarray and y.dtype == np.float32
    np.testing.assert_array_equal(y, EXPECTED)
    np.testing.assert_array_equal(dense(x=x), EXPECTED)
    np.testing.assert_array_equal(dense(x.tolist()), EXPECTED)


def test_several_values(pair):
    a, b = np.arange(4, dtype=np.float32), np.arange(4, dtype=np.int32)
    for result in (pair(a, b), pair(b=b, a=a), pair(a, b=b)):
        double, total = result
        np.testing.assert_array_equal(double, 2 * a)
        np.testing.assert_array_equal(total, 2 * b)
        assert total.dtype == np.int32


def test_out(dense, pair, x):
    out = np.empty((2, 3), np.float32)
    assert dense(x, out=out) is out
    np.testing.assert_array_equal(out, EXPECTED)
    outs = [np.empty(4, np.float32), np.empty(4, np.int32)]
    double, total = pair(np.ones(4, np.float32), np.ones(4, np.int32), out=outs)
    assert double is outs[0] and total is outs[1]
    readonly = out.copy()
    readonly.flags.writeable = False
    for wrong in (readonly, np.empty((3, 2), np.float32), np.empty((2, 3)), out[:, ::-1], [out, out], [None]):
        with pytest.raises(bnn.ArgumentError, match="out"):
            dense(x, out=wrong)


def test_out_overlaps(pair):
    memory = np.zeros(12, np.float32)
    a, b = memory[:4], memory[4:8].view(np.int32)
    fine = [np.empty(4, np.float32), np.empty(4, np.int32)]
    for outs, name in [
        ([memory[2:6], fine[1]], "out for 'double' shares memory with 'a'"),
        ([fine[0], memory[4:8].view(np.int32)], "out for 'sum' shares memory with 'b'"),
        ([memory[8:], memory[8:].view(np.int32)], "out for 'sum' shares memory with 'double'"),
    ]:
        with pytest.raises(bnn.ArgumentError, match=name):
            pair(a, b, out=outs)
    pair(a, b, out=[memory[8:], fine[1]])


def test_layouts(dense, x):
    """Arrays in row-major order are read where they are; others are copied, with the same result."""
    readonly = x.copy()
    readonly.flags.writeable = False
    wide = np.zeros((2, 8), np.float32)
    wide[:, ::2] = x
    raw = np.zeros(x.nbytes + 1, np.uint8)
    unaligned = raw[1:].view(np.float32).reshape(2, 4)
    unaligned[:] = x
    for array in (readonly, np.asfortranarray(x), wide[:, ::2], x[::-1][::-1], unaligned, memoryview(x)):
        np.testing.assert_array_equal(dense(array), EXPECTED)


def test_no_copy(x):
    """Every way in leads to the caller's own memory."""
    from bnn._arrays import from_any

    spec = bnn.ArraySpec("x", "float32", (2, 4))
    for value in (x, memoryview(x), Exported(x)):
        assert from_any(spec, value).ctypes.data == x.ctypes.data


class Exported:
    """Nothing but DLPack."""

    def __init__(self, array, device=(1, 0)):
        self.array, self.device = array, device

    def __dlpack__(self, **options):
        return self.array.__dlpack__(**options)

    def __dlpack_device__(self):
        return self.device


def test_dlpack(dense, x):
    np.testing.assert_array_equal(dense(Exported(x)), EXPECTED)
    with pytest.raises(bnn.ArgumentError, match="input 'x' is on DLPack device 2:0: models run on the CPU"):
        dense(Exported(x, (2, 0)))
    with pytest.raises(bnn.ArgumentError, match=r"must be float32\[2, 4\] and is float64\[2, 4\]"):
        dense(Exported(x.astype(np.float64)))

    class Broken(Exported):
        def __dlpack__(self, **options):
            raise BufferError("no export today")

    with pytest.raises(bnn.ArgumentError, match="no export today"):
        dense(Broken(x))


@pytest.mark.parametrize(
    "value, text",
    [
        (np.zeros((2, 4)), r"input 'x' must be float32\[2, 4\] and is float64\[2, 4\]"),
        (np.zeros((2, 4), ">f4"), r"must be float32\[2, 4\] and is >f4\[2, 4\]"),
        (np.zeros((2, 4), np.int32), r"must be float32\[2, 4\] and is int32"),
        (np.zeros((4, 2), np.float32), r"must be float32\[2, 4\] and is float32\[4, 2\]"),
        (np.zeros((1, 2, 4), np.float32), r"and is float32\[1, 2, 4\]"),
        (np.float32(1), r"and is float32\[\]"),
        ([[1, 2], [3]], "is no array"),
        ("image.png", r"must be float32\[2, 4\]"),
        (None, r"must be float32\[2, 4\]"),
        (object(), r"must be float32\[2, 4\]"),
    ],
)
def test_wrong_arrays(dense, value, text):
    with pytest.raises(bnn.ArgumentError, match=text):
        dense(value)


def test_wrong_arguments(dense, pair, x):
    for arguments, named, text in [
        ((), {}, r"input 'x' \(float32\[2, 4\]\) was not given"),
        ((x, x), {}, "2 inputs were given, and the model has 1"),
        ((), {"y": x}, "the model has no input 'y'; its inputs are 'x'"),
        ((x,), {"x": x}, "input 'x' was given twice"),
    ]:
        with pytest.raises(bnn.ArgumentError, match=text):
            dense(*arguments, **named)
    assert issubclass(bnn.ArgumentError, ValueError) and issubclass(bnn.ArgumentError, bnn.Error)


def test_threads(dense):
    """Threads get what one thread gets, with the interpreter's lock released in between."""
    inputs = [np.random.default_rng(i).normal(size=(2, 4)).astype(np.float32) for i in range(8)]
    expected = [dense(x) for x in inputs]
    wrong = []

    def work(i):
        for _ in range(CALLS):
            if not np.array_equal(dense(inputs[i]), expected[i]):
                wrong.append(i)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_closed(x):
    with bnn.compile(DENSE) as model:
        np.testing.assert_array_equal(model(x), EXPECTED)
    for use in (lambda: model(x), model.inspect, model.verify, model.benchmark, lambda: model.save("x.o"), lambda: model.header):
        with pytest.raises(bnn.ArgumentError, match="the model 'dense' was closed"):
            use()
    model.close()  # twice does no harm
    unloaded = bnn.compile(DENSE)
    unloaded.close()
    with pytest.raises(bnn.ArgumentError, match="closed"):
        unloaded(x)


def test_closed_while_running(x):
    model = bnn.compile(DENSE)
    seen = []

    def work():
        try:
            while True:
                assert np.array_equal(model(x), EXPECTED)
        except bnn.ArgumentError as error:
            seen.append(str(error))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    model.close()
    for thread in threads:
        thread.join()
    assert len(seen) == 4 and all("closed" in text for text in seen)


def test_results_own_their_memory(x):
    model = bnn.compile(DENSE)
    y = model(x)
    del model
    gc.collect()
    np.testing.assert_array_equal(y, EXPECTED)


def test_half_types():
    """float16 is NumPy's; bfloat16 is raw bits, as in C."""
    text = "func.func @f(%x: tensor<4x{0}>) -> tensor<4x{0}> {{ return %x : tensor<4x{0}> }}\n"
    values = np.array([1, -2, 0.5, 3])
    half = bnn.compile(text.format("f16"))
    np.testing.assert_array_equal(half(values.astype(np.float16)), values)
    brain = bnn.compile(text.format("bf16"))
    assert brain.inputs[0].type == "bfloat16" and brain.inputs[0].dtype == np.uint16
    bits = (values.astype(np.float32).view(np.uint32) >> 16).astype(np.uint16)
    np.testing.assert_array_equal(brain(bits), bits)

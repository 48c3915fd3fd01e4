"""Unit tests of benchmarks/harness, given the folder benchmarks."""

import io
import json
import os
import sys
import tempfile
import unittest
from xml.etree import ElementTree

import numpy as np

sys.path.insert(0, sys.argv.pop(1))
sys.dont_write_bytecode = True

from harness import ours, pictures, plot, problems, results  # noqa: E402
from harness.measure import Meter, Progress  # noqa: E402
from harness.native import Contender, aligned  # noqa: E402
from harness.statistics import Calibration, Sample, median, summarize  # noqa: E402


class Statistics(unittest.TestCase):
    def test_median(self):
        self.assertEqual(median([3, 1, 2]), 2)
        self.assertEqual(median([4, 1, 3, 2]), 2.5)
        self.assertRaises(ValueError, median, [])

    def test_quiet_samples_are_relative_to_the_best_rate(self):
        calibration = Calibration()
        samples = [Sample(100, 10, 10), Sample(101, 9, 9), Sample(102, 9.5, 8.8), Sample(200, 5, 10), Sample(300, 10, 5)]
        for sample in samples:
            calibration.see(sample)
        summary = summarize(samples, calibration)
        self.assertEqual((summary.time, summary.quiet, summary.samples), (101, 3, 5))
        self.assertEqual((summary.best, summary.all), (100, 102))

    def test_samples_that_lost_the_processor_are_not_quiet(self):
        calibration = Calibration(best_rate=10)
        self.assertTrue(calibration.is_quiet(Sample(100, 10, 10, 0.99)))
        self.assertTrue(calibration.is_quiet(Sample(100, 10, 10, 1.9)))
        self.assertFalse(calibration.is_quiet(Sample(100, 10, 10, 0.8)))

    def test_too_few_quiet_samples_take_the_fastest_tenth(self):
        calibration = Calibration(best_rate=100)
        summary = summarize([Sample(t, 1, 1) for t in range(1, 22)], calibration)
        self.assertFalse(summary.is_quiet)
        self.assertEqual(summary.time, 3)

    def test_times_must_be_positive(self):
        self.assertRaises(ValueError, summarize, [], Calibration())
        self.assertRaises(ValueError, summarize, [Sample(0, 1, 1)], Calibration())
        self.assertRaises(ValueError, summarize, [Sample(float("nan"), 1, 1)], Calibration())

    def test_clock_ignores_disturbed_samples(self):
        self.assertEqual(Calibration(clocks=[3.0, 1.5, 3.0, 0.2, 3.0]).gigahertz, 3.0)


class FakeClock:
    def gigahertz(self):
        return 3.0


class FakeContender(Contender):
    """Each second sample is disturbed."""

    def __init__(self, key, time, order):
        super().__init__(key, None)
        self.time, self.order, self.calls = time, order, 0

    def sample(self, iterations):
        self.order.append((self.key, iterations))
        self.calls += 1
        return Sample(self.time, 40, 40) if self.calls % 2 else Sample(2 * self.time, 40, 20)


class Measuring(unittest.TestCase):
    def test_contenders_take_turns_until_all_are_quiet(self):
        order = []
        fast, slow = FakeContender("fast", 1e4, order), FakeContender("slow", 1e7, order)
        meter = Meter(FakeClock(), Progress(io.StringIO()), samples=4, seconds=10)
        times = meter.measure("group", [fast, slow])
        self.assertEqual((times["fast"].time, times["slow"].time), (1e4, 1e7))
        self.assertGreaterEqual(min(t.quiet for t in times.values()), 4)
        # Half a millisecond of the fast one, to warm it and as its sample; the slow one brings its data by itself.
        samples = [entry for entry in order if entry[1] == 50]
        self.assertEqual(len(samples), 2 * times["fast"].samples)
        self.assertEqual(times["fast"].samples, times["slow"].samples)
        keys = [key for key, _ in order[-3 * times["slow"].samples :]]
        self.assertIn(("slow", "slow"), list(zip(keys, keys[1:])), "nobody always has the same neighbour")


class Results(unittest.TestCase):
    def row(self, **changes):
        return dict(results.make_row("gemm", "2x3x4", "1x1", "i32", "popcount", 1.5, 8.0, {"ort-fp32": 2.0}), **changes)

    def test_format(self):
        row = self.row()
        self.assertEqual(
            json.loads(json.dumps(row)),
            {
                "suite": "gemm", "case": "2x3x4", "bits": "1x1", "output": "i32", "strategy": "popcount", "threads": 1,
                "mac_per_cycle": 8.0, "time_us": 1.5, "vs": {"ort-fp32": 2.0},
            },
        )
        results.validate([row, self.row(mac_per_cycle=None, time_us=None, vs={})])

    def test_bad_rows(self):
        for changes in (
            dict(suite=""), dict(case=7), dict(bits=None), dict(threads=0), dict(threads="1"), dict(time_us=-1.0),
            dict(mac_per_cycle=float("nan")), dict(time_us="fast"), dict(vs={"ort-fp32": 0}), dict(extra=1),
        ):
            with self.subTest(changes), self.assertRaises(ValueError):
                results.validate_row(self.row(**changes))
        self.assertRaises(ValueError, results.validate, {"rows": []})

    def test_files_are_whole(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "new", "results.json")
            results.write_json(path, [1])
            self.assertRaises(ValueError, results.write_json, path, [float("nan")])
            with open(path) as file:
                self.assertEqual(json.load(file), [1])
            self.assertEqual(os.listdir(os.path.dirname(path)), ["results.json"])

    def test_table(self):
        text = results.render_table([self.row(), self.row(suite="conv", vs={"handwritten": 0.9})])
        self.assertIn("## gemm", text)
        self.assertIn("## conv", text)
        self.assertIn("× handwritten", text.split("## conv")[1])
        self.assertNotIn("handwritten", text.split("## conv")[0])


class Problems(unittest.TestCase):
    def test_products(self):
        for bits in ("1x1", "1x2", "2x2", "8x8"):
            gemm = problems.Gemm(3, 70, 5, problems.Bits.parse(bits))
            expected = [
                [sum(int(a) * int(w) for a, w in zip(row, column)) for column in gemm.weights] for row in gemm.activations
            ]
            self.assertEqual(gemm.products.tolist(), expected)

    def test_convolution(self):
        for stride, groups, pad in ((1, 1, -1), (2, 1, 0), (1, 4, -1), (2, 2, -1)):
            conv = problems.Conv(5, 6, 4, 8, 3, stride, problems.Bits(1, 1), pad_value=pad, groups=groups)
            per_in, per_out = 4 // groups, 8 // groups
            for y in range(conv.out_height):
                for x in range(conv.out_width):
                    for n in range(8):
                        total = 0
                        for i in range(3):
                            for j in range(3):
                                for c in range(per_in):
                                    row, column = y * stride + i - 1, x * stride + j - 1
                                    inside = 0 <= row < 5 and 0 <= column < 6
                                    channel = n // per_out * per_in + c
                                    value = conv.activations[0, row, column, channel] if inside else pad
                                    total += int(value) * int(conv.weights[n, i, j, c])
                        self.assertEqual(conv.products[0, y, x, n], total)

    def test_names(self):
        one = problems.Bits(1, 1)
        self.assertEqual(problems.Gemm(784, 1152, 128, one).name, "784x1152x128")
        self.assertEqual(problems.Conv(28, 28, 128, 128, 3, 1, one).name, "28x28x128-128-3x3-s1")
        self.assertEqual(problems.Conv(28, 28, 128, 128, 3, 1, one, pad_value=0).name, "28x28x128-128-3x3-s1-p0")

    def test_floats_are_exact(self):
        conv = problems.Conv(5, 6, 64, 8, 3, 1, problems.Bits(1, 1))
        exact = conv.products.astype(np.float64) * conv.scale + conv.bias + conv.residual
        self.assertEqual(conv.expected("f32")[0].astype(np.float64).tolist(), exact.tolist())

    def test_storage(self):
        layout = "#bnn.bit_packed<pad = [1, 1, 2, 0], border = 1>"
        conv = problems.Conv(5, 6, 40, 8, 3, 1, problems.Bits(1, 1))
        stored = ours.store_activations(conv, layout)
        self.assertEqual(stored.shape, ours.storage_shape(conv.input_shape, layout))
        self.assertEqual(stored.shape, (1, 7, 8, 8))
        self.assertEqual(stored[0, 0, 0].tolist(), [255] * 5 + [0] * 3)  # border 1, unused bits 0
        bits = np.unpackbits(stored[0, 1:-1, 2:], axis=-1, bitorder="little")[..., :40]
        self.assertEqual((2 * bits.astype(int) - 1).tolist(), conv.activations[0].tolist())

    def test_aligned(self):
        copy = aligned(np.arange(5, dtype=np.int32))
        self.assertEqual((copy.ctypes.data % 4096, copy.tolist()), (0, [0, 1, 2, 3, 4]))


class Pictures(unittest.TestCase):
    machine = {"machine": "CPU <1>", "cpus": ["x86-64-v3"], "commit": "abc"}

    def row(self, suite, case, output="i32", bits="1x1", vs=None):
        return results.make_row(suite, case, bits, output, "popcount", 10.0, 100.0, vs)

    def test_bars_have_the_length_of_their_values(self):
        svg = ElementTree.fromstring(plot.bar_chart("a < b", "MAC", [("x", [("one", 100.0), ("two", 50.0), ("no", None)])]))
        bars = [r for r in svg.iter("{http://www.w3.org/2000/svg}rect") if r.get("x") == str(plot.LABEL)]
        self.assertEqual([float(bar.get("width")) for bar in bars], [plot.WIDTH, plot.WIDTH / 2])
        self.assertIsNone(plot.bar_chart("nothing", "MAC", []))

    def test_scales(self):
        for largest, expected in ((100, (100, 20)), (262, (300, 50)), (7.1, (8, 1)), (0.3, (0.3, 0.05))):
            top, step = plot.nice_scale(largest)
            self.assertAlmostEqual(top, expected[0])
            self.assertAlmostEqual(step, expected[1])

    def test_files(self):
        rows = [
            self.row("gemm", "2x3x4", vs={"handwritten": 0.5}), self.row("conv", "c", "bits"),
            self.row("net", "n", "f32", vs={"ort-fp32": 6.0}), self.row("compile", "stack-10"),
        ]
        drawn = pictures.draw(rows, self.machine)
        self.assertEqual(sorted(drawn), ["compile.svg", "conv-bits.svg", "gemm.svg", "net.svg"])
        self.assertIn(">200<", drawn["gemm.svg"])  # the hand-written kernel: twice as fast as ours
        for picture in drawn.values():
            ElementTree.fromstring(picture)


if __name__ == "__main__":
    unittest.main()

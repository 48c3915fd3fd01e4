#===- program.py - Random programs of the bnn dialect -----------------------===//
#
# Part of bnn-mlir, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-------------------------------------------------------------------------===//
"""Random programs of the bnn dialect: `Program(seed)` has the text of a module and its inputs.

A program is a chain of ops that starts at a float image (or matrix) and goes on with what the last value allows:
floats are quantized or added to earlier ones, codes are contracted, pooled or split, accumulators are scaled,
thresholded or requantized. Sizes are small and awkward: one channel, one less and one more than a machine word,
windows as large as the image. The last value and some values on the way are returned.

Only ops whose result is defined bit for bit are used, so two correct compilers give the same bits.
"""

import random
import struct

CHANNELS = [1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 40, 63, 64, 65, 96, 100]
ROUNDINGS = ["half_even", "half_away", "half_to_zero", "half_up", "floor", "ceil", "to_zero", "away_from_zero"]
CODE_TYPES = (
    ["!bnn.bipolar<1>"] * 8
    + ["!bnn.unsigned<1>"] * 3
    + ["!bnn.bipolar<2>", "!bnn.bipolar<3>", "!bnn.unsigned<2>", "!bnn.unsigned<4>", "!bnn.unsigned<8>"]
    + ["!bnn.signed<2>", "!bnn.signed<4>", "!bnn.signed<8>", "!bnn.ternary", "!bnn.ternary"])
MAX_ELEMENTS = 6000
MAX_MACS = 400_000


def bits_of(code_type):
    return 2 if code_type == "!bnn.ternary" else int(code_type.split("<")[1][:-1])


def count(shape):
    result = 1
    for size in shape:
        result *= size
    return result


class Value:
    def __init__(self, name, shape, element):
        self.name, self.shape, self.element = name, tuple(shape), element

    @property
    def type(self):
        return f"tensor<{'x'.join(map(str, self.shape))}x{self.element}>"

    @property
    def is_code(self):
        return self.element.startswith("!bnn")


class Program:
    """Attributes: `name`, `text`, `inputs` (bytes of each f32 input), `outputs` (their Values)."""

    def __init__(self, seed, name="program"):
        self.name = name
        self.rng = random.Random(seed)
        self.lines = []
        self.numbers = iter(range(10**9))
        # NaN and infinity only in programs without arithmetic that would make NaNs of unspecified sign.
        self.special = self.rng.random() < 0.2
        self.values = []

        rng = self.rng
        if rng.random() < 0.7:
            shape = (rng.choice([1, 1, 1, 2]), rng.randint(1, 9), rng.randint(1, 9), self.channels())
        elif rng.random() < 0.6:
            shape = (rng.randint(1, 9), rng.choice(CHANNELS + [127, 128, 129, 200, 257]))
        else:
            shape = (rng.randint(1, 3), rng.randint(1, 9), rng.choice(CHANNELS))
        self.arguments = [Value("%input", shape, "f32")]
        self.values.append(self.arguments[0])
        for _ in range(rng.randint(3, 12)):
            self.step(self.values[-1])
        self.finish()
        self.inputs = [self.input_bytes(count(value.shape)) for value in self.arguments]

    # Emitting

    def channels(self):
        return self.rng.choice(CHANNELS)

    def emit(self, shape, element, text):
        """Appends `%n = text`, with {type} for the result's type; returns and keeps the new value."""
        value = Value(f"%v{next(self.numbers)}", shape, element)
        self.lines.append(f"{value.name} = {text.replace('{type}', value.type)}")
        self.values.append(value)
        return value

    def constant(self, shape, element, data):
        value = Value(f"%c{next(self.numbers)}", shape, element)
        self.lines.append(f'{value.name} = arith.constant dense<"0x{data.hex()}"> : {value.type}')
        return value

    def floats(self, shape, sample):
        return self.constant(shape, "f32", struct.pack(f"<{count(shape)}f", *(sample() for _ in range(count(shape)))))

    def codes(self, shape, code_type):
        bits, rng = bits_of(code_type), self.rng
        kind = rng.random()
        data = bytearray()
        extreme = rng.randrange(1 << bits)
        for _ in range(count(shape)):
            # All weights the same, now and then: the largest accumulators there are.
            code = extreme if kind < 0.1 else rng.randrange(1 << bits)
            if code_type == "!bnn.ternary" and code == 2:
                code = 0
            if ("signed" in code_type and "unsigned" not in code_type or code_type == "!bnn.ternary") and code >> (bits - 1):
                code -= 1 << bits
            data.append(code & 0xFF)
        value = Value(f"%c{next(self.numbers)}", shape, code_type)
        plain = "x".join(map(str, shape))
        self.lines.append(
            f'{value.name} = bnn.constant dense<"0x{data.hex()}"> : tensor<{plain}xi8> as {value.type}')
        return value

    def input_bytes(self, number):
        rng = self.rng
        pool = [0.0, -0.0, 0.5, -0.5, 1.0, -1.0, 1.5, 2.5, -2.5, 1e-40]
        if self.special:
            pool += [float("nan"), float("inf"), float("-inf"), 3e38]
        sample = lambda: rng.choice(pool) if rng.random() < 0.3 else rng.gauss(0, 2)
        return struct.pack(f"<{number}f", *(sample() for _ in range(number)))

    def small_float(self):
        rng = self.rng
        return rng.choice([0.0, 0.5, -0.25, 1.0, -2.0]) if rng.random() < 0.3 else rng.gauss(0, 1)

    def positive_float(self):
        rng = self.rng
        return rng.choice([1.0, 0.5, 0.25, 2.0]) if rng.random() < 0.5 else rng.uniform(0.02, 1.5)

    # One step from the last value

    def step(self, value):
        if value.is_code:
            steps = [self.matmul, self.dequantize, self.pack_and_unpack, self.plane]
            if len(value.shape) == 4:
                steps += [self.conv2d] * 8 + [self.max_pool2d] * 2
            else:
                steps += [self.matmul] * 5
        elif value.element == "i32":
            steps = [self.scale, self.scale, self.threshold, self.threshold, self.requantize, self.softmax]
            if len(value.shape) == 4:
                steps.append(self.border_correct)
        else:
            steps = [self.binarize] * 4 + [self.quantize, self.quantize, self.ternarize, self.threshold]
            if not self.special:
                steps += [self.add, self.add]
            if len(value.shape) == 4:
                steps.append(self.flatten)
        self.rng.choice(steps)(value)

    def binarize(self, x):
        rng = self.rng
        modes = ["plus", "minus", "ternary"]
        if not self.special or x is self.arguments[0]:
            modes.append("signbit")
        mode = rng.choice(modes)
        element = "!bnn.ternary" if mode == "ternary" else rng.choice(["!bnn.bipolar<1>"] * 3 + ["!bnn.unsigned<1>"])
        threshold = ""
        if rng.random() < 0.4:
            t = self.floats((rng.choice([1, x.shape[-1]]),), self.small_float)
            threshold = f" threshold {t.name} : {t.type}"
        self.emit(x.shape, element,
                  f"bnn.binarize {x.name}{threshold} {{zero = #bnn.zero_mode<{mode}>}} : {x.type} -> {{type}}")

    def ternarize(self, x):
        d = self.floats((self.rng.choice([1, x.shape[-1]]),), self.positive_float)
        self.emit(x.shape, "!bnn.ternary", f"bnn.ternarize {x.name} dead_zone {d.name} : {x.type}, {d.type} -> {{type}}")

    def quantize(self, x):
        rng = self.rng
        element = rng.choice([t for t in CODE_TYPES if t != "!bnn.ternary"])
        axis = rng.randrange(len(x.shape))
        channels = rng.choice([1, x.shape[axis]])
        s = self.floats((channels,), self.positive_float)
        attributes = [f"axis = {axis} : i64", f"rounding = #bnn.rounding<{rng.choice(ROUNDINGS)}>"]
        if "bipolar" not in element:
            if rng.random() < 0.4:
                number = rng.choice([1, channels])
                points = ", ".join(str(rng.randint(-3, 9)) for _ in range(number))
                attributes.append(f"zero_points = array<i64: {points}>")
            if rng.random() < 0.3:
                attributes.append("shift_before_round")
            if rng.random() < 0.3 and bits_of(element) > 1:
                attributes.append("narrow")
        self.emit(x.shape, element, f"bnn.quantize {x.name} scale {s.name} {{{', '.join(attributes)}}} "
                                    f": {x.type}, {s.type} -> {{type}}")

    def add(self, x):
        others = [v for v in self.values if v.element == "f32" and v.shape == x.shape]
        y = self.rng.choice(others)
        self.emit(x.shape, "f32", f"tosa.add {x.name}, {y.name} : ({x.type}, {y.type}) -> {{type}}")

    def flatten(self, x):
        shape = (x.shape[0], count(x.shape[1:]))
        name = f"%s{next(self.numbers)}"
        self.lines.append(f"{name} = tosa.const_shape {{values = dense<[{shape[0]}, {shape[1]}]> : tensor<2xindex>}} "
                          ": () -> !tosa.shape<2>")
        self.emit(shape, "f32", f"tosa.reshape {x.name}, {name} : ({x.type}, !tosa.shape<2>) -> {{type}}")

    def dequantize(self, x):
        rng = self.rng
        axis = rng.randrange(len(x.shape))
        s = self.floats((rng.choice([1, x.shape[axis]]),), self.positive_float)
        points = f", zero_points = array<i64: {rng.randint(-3, 3)}>" if rng.random() < 0.3 else ""
        self.emit(x.shape, "f32", f"bnn.dequantize {x.name} scale {s.name} {{axis = {axis} : i64{points}}} "
                                  f": {x.type}, {s.type} -> {{type}}")

    def conv2d(self, x):
        rng = self.rng
        n, h, w, c = x.shape
        groups = rng.choice([1] * 6 + [c] + [g for g in range(2, c) if c % g == 0][:2])
        kernel = [rng.choice([1, 2, 3, 3, 3, 5]) for _ in range(2)]
        strides = [rng.choice([1, 1, 1, 2, 3]) for _ in range(2)]
        dilations = [rng.choice([1, 1, 1, 2]) for _ in range(2)]
        extents = [(k - 1) * d + 1 for k, d in zip(kernel, dilations)]
        pad = [rng.choice([0, 1, 1, 2]) for _ in range(4)] if rng.random() < 0.3 else [rng.choice([0, 1])] * 4
        padded = (h + pad[0] + pad[1], w + pad[2] + pad[3])
        if extents[0] > padded[0] or extents[1] > padded[1]:
            kernel, dilations, extents = [1, 1], [1, 1], [1, 1]
        out = [(p - e) // s + 1 for p, e, s in zip(padded, extents, strides)]
        per_group = 1 if groups == c and rng.random() < 0.5 else rng.randint(1, max(1, 40 // groups))
        o = per_group * groups
        if n * out[0] * out[1] * o > MAX_ELEMENTS or n * out[0] * out[1] * o * kernel[0] * kernel[1] * c // groups > MAX_MACS:
            return
        f = self.codes((o, kernel[0], kernel[1], c // groups), rng.choice(CODE_TYPES))
        attributes = (f"strides = array<i64: {strides[0]}, {strides[1]}>, "
                      f"dilations = array<i64: {dilations[0]}, {dilations[1]}>, "
                      f"pad = array<i64: {', '.join(map(str, pad))}>, "
                      f"pad_value = {rng.choice([-1, 0, 0, 1])} : i64, groups = {groups} : i64")
        self.emit((n, *out, o), "i32", f"bnn.conv2d {x.name}, {f.name} {{{attributes}}} : {x.type}, {f.type} -> {{type}}")

    def matmul(self, x):
        rng = self.rng
        batch = x.shape[:-2]
        transpose_lhs = rng.random() < 0.15
        m, k = (x.shape[-1], x.shape[-2]) if transpose_lhs else x.shape[-2:]
        same = [v for v in self.values if v.is_code and v.shape[:-2] == batch and len(v.shape) == len(x.shape)
                and v.shape[-1] == k]
        if same and rng.random() < 0.3:
            y, transpose_rhs = rng.choice(same), True
            n = y.shape[-2]
        else:
            n = rng.choice([1, 2, 3, 7, 8, 9, 10, 16, 17, 33])
            transpose_rhs = rng.random() < 0.5
            shape = (n, k) if transpose_rhs else (k, n)
            if rng.random() < 0.3:
                shape = batch + shape
            y = self.codes(shape, rng.choice(CODE_TYPES))
        if count(batch) * m * n > MAX_ELEMENTS or count(batch) * m * n * k > MAX_MACS:
            return
        flags = [name for name, on in (("transpose_lhs", transpose_lhs), ("transpose_rhs", transpose_rhs)) if on]
        self.emit((*batch, m, n), "i32",
                  f"bnn.matmul {x.name}, {y.name} {{{', '.join(flags)}}} : {x.type}, {y.type} -> {{type}}")

    def max_pool2d(self, x):
        rng = self.rng
        n, h, w, c = x.shape
        kernel = [rng.choice([1, 2, 2, 3]) for _ in range(2)]
        dilations = [rng.choice([1, 1, 1, 2]) for _ in range(2)]
        strides = [rng.choice([1, 2, 2, 3]) for _ in range(2)]
        extents = [(k - 1) * d + 1 for k, d in zip(kernel, dilations)]
        pad = [rng.randint(0, min(1, extents[i // 2] - 1)) for i in range(4)]
        padded = (h + pad[0] + pad[1], w + pad[2] + pad[3])
        if extents[0] > padded[0] or extents[1] > padded[1]:
            return
        out = [(p - e) // s + 1 for p, e, s in zip(padded, extents, strides)]
        attributes = ", ".join(f"{name} = array<i64: {', '.join(map(str, numbers))}>" for name, numbers in (
            ("kernel", kernel), ("strides", strides), ("dilations", dilations), ("pad", pad)))
        self.emit((n, *out, c), x.element, f"bnn.max_pool2d {x.name} {{{attributes}}} : {x.type} -> {{type}}")

    def plane(self, x):
        index = self.rng.randrange(bits_of(x.element))
        element = "!bnn.bipolar<1>" if "bipolar" in x.element else "!bnn.unsigned<1>"
        self.emit(x.shape, element, f"bnn.plane {x.name} {{index = {index} : i64}} : {x.type} -> {{type}}")

    def pack_and_unpack(self, x):
        if bits_of(x.element) != 1:
            return
        layout = "#bnn.bit_packed<pad = [], border = 0>"
        packed = self.emit(x.shape, f"{x.element}, {layout}", f"bnn.pack {x.name} : {x.type} -> {{type}}")
        self.values.remove(packed)
        self.emit(x.shape, x.element, f"bnn.unpack {packed.name} : {packed.type} -> {{type}}")

    def scale(self, x):
        rng = self.rng
        factor = lambda: rng.choice([0.25, -0.5, 1.0]) if rng.random() < 0.4 else rng.gauss(0, 0.1)
        number = lambda: rng.choice([1, x.shape[-1]])
        s = self.floats((number(),), factor)
        words, types, after = "", "", ""
        if len(x.shape) == 4 and rng.random() < 0.15:
            row, column = self.floats((x.shape[1],), factor), self.floats((x.shape[2],), factor)
            words, types = f" row {row.name} column {column.name}", f" row {row.type} column {column.type}"
        if rng.random() < 0.6:
            b = self.floats((number(),), self.small_float)
            words, after = f"{words} bias {b.name}", f", {b.type}"
        self.emit(x.shape, "f32", f"bnn.scale {x.name} by {s.name}{words} : {x.type}, {s.type}{types}{after} -> {{type}}")

    def threshold(self, x):
        rng = self.rng
        element = rng.choice(["!bnn.bipolar<1>"] * 6 + ["!bnn.unsigned<1>", "!bnn.unsigned<2>", "!bnn.signed<3>",
                                                       "!bnn.bipolar<2>", "!bnn.ternary"])
        number = 2 if element == "!bnn.ternary" else (1 << bits_of(element)) - 1
        rows = rng.choice([1, x.shape[-1]])
        if x.element == "f32":
            t = self.floats((rows, number), self.small_float)
        else:
            spread = rng.choice([1, 3, 30])
            data = [rng.choice([-2**31, 2**31 - 1]) if rng.random() < 0.05 else rng.randint(-spread, spread)
                    for _ in range(rows * number)]
            t = self.constant((rows, number), "i32", struct.pack(f"<{len(data)}i", *data))
        descending = ""
        if rng.random() < 0.5:
            flags = ", ".join(rng.choice(["true", "false"]) for _ in range(rows))
            descending = f" {{descending = array<i1: {flags}>}}"
        self.emit(x.shape, element, f"bnn.threshold {x.name}, {t.name}{descending} : {x.type}, {t.type} -> {{type}}")

    def requantize(self, x):
        rng = self.rng
        element = rng.choice(["!bnn.unsigned<8>", "!bnn.signed<8>", "!bnn.unsigned<4>", "!bnn.signed<2>", "!bnn.unsigned<1>"])
        rows = rng.choice([1, x.shape[-1]])
        shifts = [rng.choice([0, 1, 5, 31, 32, 33, 40, 62]) for _ in range(rows)]
        multipliers = [min(2**31 - 1, max(0, int(rng.uniform(0.01, 2) * 2**min(shift, 31)))) for shift in shifts]
        self.emit(x.shape, element,
                  f"bnn.requantize {x.name} {{multipliers = array<i32: {', '.join(map(str, multipliers))}>, "
                  f"shifts = array<i32: {', '.join(map(str, shifts))}>, zero_point = {rng.randint(-4, 4)} : i64, "
                  f"rounding = #bnn.rounding<{rng.choice(ROUNDINGS)}>}} : {x.type} -> {{type}}")

    def softmax(self, x):
        mode = self.rng.choice(["binary_ratio", "bool"])
        self.emit(x.shape, "!bnn.unsigned<1>",
                  f"bnn.softmax {x.name} {{mode = #bnn.softmax_mode<{mode}>, logit_scale = 0.125 : f32}} "
                  f": {x.type} -> {{type}}")

    def border_correct(self, x):
        rng = self.rng
        _, h, w, c = x.shape
        top, left = rng.randint(0, min(2, h - 1)), rng.randint(0, min(2, w - 1))
        bottom, right = rng.randint(0, min(2, h - 1 - top)), rng.randint(0, min(2, w - 1 - left))
        shape = (top + bottom + 1, left + right + 1, c)
        t = self.constant(shape, "i32", struct.pack(f"<{count(shape)}i", *(rng.randint(-9, 9) for _ in range(count(shape)))))
        self.emit(x.shape, "i32", f"bnn.border_correct {x.name}, {t.name} "
                                  f"{{border = array<i64: {top}, {bottom}, {left}, {right}>}} : {x.type}, {t.type} -> {{type}}")

    # The end

    def finish(self):
        rng = self.rng
        results = [self.values[-1]]
        for value in self.values[1:-1]:
            if len(results) < 3 and rng.random() < 0.15:
                results.append(value)
        self.outputs = []
        for value in results:
            if value.is_code:
                one = self.constant((1,), "f32", struct.pack("<f", 1.0))
                value = self.emit(value.shape, "f32",
                                  f"bnn.dequantize {value.name} scale {one.name} : {value.type}, {one.type} -> {{type}}")
            self.outputs.append(value)
        arguments = ", ".join(f"{value.name}: {value.type}" for value in self.arguments)
        types = ", ".join(value.type for value in self.outputs)
        body = "\n".join("  " + line for line in self.lines)
        returned = ", ".join(value.name for value in self.outputs)
        self.text = (f"func.func @{self.name}({arguments}) -> ({types}) attributes {{bnn.entry}} {{\n{body}\n"
                     f"  return {returned} : {types}\n}}\n")

"""Our side: problems as small programs of the bnn dialect, compiled by `bnnc compile` and loaded as C functions.

Activations come in as the bytes that the layer before would have left: packed bits with the border that the kernel
asks for, or one code in each byte. Where a strategy reads another layout (codes of pixel pairs, say), making it is
part of the measured time.
"""

import ctypes
import os
import re
import subprocess
from dataclasses import dataclass

import numpy as np

from .native import BuildError, NativeContender, aligned, find_compiler, pointer, run_tool
from .problems import Conv, pack_bits


@dataclass
class Tools:
    bnnc: str
    bnn_opt: str
    folder: str  # for everything that is made


def tensor(shape, element, layout=None):
    return "tensor<" + "".join(f"{extent}x" for extent in shape) + element + (f", {layout}>" if layout else ">")


def image_shape(shape):
    return (1,) * (4 - len(shape)) + tuple(shape)


def storage_shape(shape, layout):
    """Bytes of a tensor of codes; `bnn.bit_packed` and `bnn.byte_codes` have formulas in the dialect's reference."""
    n, height, width, channels = image_shape(shape)
    if "bit_packed" not in layout:
        return n, height, width, channels
    top, bottom, left, right = border_of(layout)
    return n, height + top + bottom, width + left + right, 4 * -(-channels // 32)


def border_of(layout):
    pads = [int(p) for p in re.search(r"pad = \[([^\]]*)\]", layout).group(1).split(",") if p.strip()]
    return pads or [0, 0, 0, 0]


def store_activations(problem, layout):
    """The bytes of the activations in `layout`."""
    if "bit_packed" not in layout:
        codes = problem.activations > 0 if problem.bits.is_binary else problem.activations
        return codes.astype(np.uint8).reshape(image_shape(problem.input_shape))
    values = problem.activations.reshape(image_shape(problem.input_shape))
    top, bottom, left, right = border_of(layout)
    border = 1 if "border = 1" in layout else -1
    padded = np.pad(values, ((0, 0), (top, bottom), (left, right), (0, 0)), constant_values=border)
    return pack_bits(padded)


def constant(values, element):
    """`dense<...>` of an array, its bytes in hexadecimal."""
    return f'dense<"0x{np.ascontiguousarray(values).tobytes().hex().upper()}"> : {tensor(values.shape, element)}'


def write_program(problem, output, layout, splat_weights=False, kernel=""):
    """The program as text; `kernel` names a strategy. The residual and all results are plain tensors."""
    codes = problem.bits.activation_type
    out_shape = problem.output_shape
    products, floats = tensor(out_shape, "i32"), tensor(out_shape, "f32")
    weights = problem.weights
    if problem.bits.weights == 1:
        stored = (weights > 0).astype(np.int8)
    else:
        stored = weights
    weight_type = tensor(weights.shape, problem.bits.weight_type)
    text = "dense<1> : " + tensor(weights.shape, "i8") if splat_weights else constant(stored, "i8")

    arguments = [f"%storage: {tensor(storage_shape(problem.input_shape, layout), 'i8')}"]
    packed = tensor(problem.input_shape, codes, layout)
    body = [
        f"%packed = builtin.unrealized_conversion_cast %storage : "
        f"{tensor(storage_shape(problem.input_shape, layout), 'i8')} to {packed}",
        f"%x = bnn.unpack %packed : {packed} -> {tensor(problem.input_shape, codes)}",
        f"%w = bnn.constant {text} as {weight_type}",
    ]
    operands = f"{tensor(problem.input_shape, codes)}, {weight_type} -> {products}"
    named = [f'kernel = "{kernel}"'] if kernel else []
    if isinstance(problem, Conv):
        attributes = [*named, f"pad = array<i64: {problem.pad}, {problem.pad}, {problem.pad}, {problem.pad}>"]
        if problem.pad:
            attributes.append(f"pad_value = {problem.pad_value} : i64")
        attributes.append(f"strides = array<i64: {problem.stride}, {problem.stride}>")
        if problem.groups != 1:
            attributes.append(f"groups = {problem.groups} : i64")
        body.append(f"%acc = bnn.conv2d %x, %w {{{', '.join(attributes)}}} : {operands}")
    else:
        body.append(f"%acc = bnn.matmul %x, %w {{{', '.join([*named, 'transpose_rhs'])}}} : {operands}")

    results = []
    bits_layout = "#bnn.bit_packed<pad = [], border = 0>"
    bits = tensor(out_shape, "!bnn.bipolar<1>")
    packed_bits = tensor(out_shape, "!bnn.bipolar<1>", bits_layout)
    bytes_of_bits = tensor(storage_shape(out_shape, bits_layout), "i8")

    def pack(value):
        body.append(f"%packed_bits = bnn.pack {value} : {bits} -> {packed_bits}")
        body.append(
            f"%bytes = builtin.unrealized_conversion_cast %packed_bits : {packed_bits} to {bytes_of_bits}"
        )
        results.append(("%bytes", bytes_of_bits))

    if output == "i32":
        results.append(("%acc", products))
    elif output == "bits":
        limits = tensor((problem.outputs, 1), "i32")
        body.append(f"%t = arith.constant {constant(problem.thresholds.reshape(-1, 1), 'i32')}")
        body.append(f"%bits = bnn.threshold %acc, %t : {products}, {limits} -> {bits}")
        pack("%bits")
    else:
        channels = tensor((problem.outputs,), "f32")
        arguments.append(f"%residual: {floats}")
        body.append(f"%s = arith.constant {constant(problem.scale, 'f32')}")
        body.append(f"%b = arith.constant {constant(problem.bias, 'f32')}")
        body.append(f"%y = bnn.scale %acc by %s bias %b : {products}, {channels}, {channels} -> {floats}")
        body.append(f"%sum = tosa.add %y, %residual : ({floats}, {floats}) -> {floats}")
        body.append(f"%bits = bnn.binarize %sum : {floats} -> {bits}")
        results.append(("%sum", floats))
        pack("%bits")
    values, types = zip(*results)
    body.append(f"return {', '.join(values)} : {', '.join(types)}")
    lines = "\n".join("  " + line for line in body)
    return (
        f"func.func @layer({', '.join(arguments)}) -> ({', '.join(types)}) attributes {{bnn.entry}} {{\n{lines}\n}}\n"
    )


def first_layout(problem):
    return "#bnn.bit_packed<pad = [], border = 0>" if problem.bits.is_binary else "#bnn.byte_codes"


def choose(tools, problem, output, options):
    """Name of the strategy (`4x popcount` for planes), its reason, and the layout to give the activations in."""
    plain = first_layout(problem)
    path = os.path.join(tools.folder, "query.mlir")
    with open(path, "w") as file:
        # Planes of zeros are left out, so weights of several bits must be those that are compiled.
        file.write(write_program(problem, output, plain, splat_weights=problem.bits.weights == 1))
    optimized = run_tool([tools.bnnc, "compile", path, "--emit=mlir", "-o", "-", *options])
    done = subprocess.run(
        [tools.bnn_opt, "--bnn-decompose-to-binary", "--bnn-select-kernels"], input=optimized, capture_output=True, text=True
    )
    if done.returncode:
        raise BuildError("bnn-opt failed: " + done.stderr.strip()[-500:])
    lines = [l for l in done.stdout.splitlines() if 'kernel = "' in l]
    line = lines[0] if lines else ""
    found = re.search(r'kernel = "([^"]+)", kernel_reason = "([^"]*)".*?\} : (.*)', line)
    if not found:
        raise BuildError("the program has no kernel:\n" + done.stdout[-500:])
    strategy, reason, types = found.groups()
    if len(lines) > 1:
        return f"{len(lines)}x {strategy}", reason, plain
    layout = re.match(r"tensor<[^,]*?, (#bnn\.\w+(?:<[^>]*>)?)>", types)
    wanted = layout.group(1) if layout else plain
    return strategy, reason, wanted if re.match(r"#bnn\.(bit_packed|byte_codes)", wanted) else plain


class Compiled:
    """A compiled problem: its function, its operands, and where its results go."""

    def __init__(self, tools, problem, output, cpu, extra=(), kernel=""):
        """`extra`: further options of bnnc; `kernel`: the strategy to use instead of the compiler's choice."""
        self.problem, self.output = problem, output
        options = [f"--cpu={cpu}"] if cpu else []
        self.strategy, self.reason, layout = choose(tools, problem, output, options)
        options += extra
        stem = os.path.join(tools.folder, "".join([f"{problem.name}-{problem.bits}-{output}-{cpu or 'native'}", *extra, kernel]))
        with open(stem + ".mlir", "w") as file:
            file.write(write_program(problem, output, layout, kernel=kernel))
        run_tool([tools.bnnc, "compile", stem + ".mlir", "-o", stem + ".o", *options])
        run_tool([find_compiler(), "-shared", stem + ".o", "-o", stem + ".so", "-lm"])
        os.unlink(stem + ".mlir")  # megabytes of hexadecimal
        self.library = ctypes.CDLL(stem + ".so")
        self.library.layer_workspace_size.restype = ctypes.c_size_t
        workspace = self.library.layer_workspace_size()
        self.arrays = [aligned(store_activations(problem, layout))]
        if output == "f32":
            self.arrays.append(aligned(problem.residual))
        self.results = [aligned(np.zeros_like(array)) for array in problem.expected(output)]
        self.workspace = aligned(np.zeros(max(1, workspace), np.uint8))

    def contender(self, key, clock):
        arrays = [*self.arrays, *self.results, self.workspace]
        return NativeContender(key, clock, self.library.layer_run, [pointer(a) for a in arrays], keep=(self, arrays))

    def check(self):
        """True if the last run's results are right."""
        return all(
            np.array_equal(result.reshape(-1), right.reshape(-1))
            for result, right in zip(self.results, self.problem.expected(self.output))
        )

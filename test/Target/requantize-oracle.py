# REQUIRES: venv
# RUN: %python %s bnnc %t
"""requantize against arithmetic on 64-bit integers: boundary cases and ten million random ones.

The oracle divides with remainder; the fast path and the reference path both shift. Channels have multipliers and
shifts of their own, among them the ends of their ranges and pairs for which ties are frequent.
"""

import os
import subprocess
import sys

import numpy as np

bnnc, folder = sys.argv[1:3]
os.makedirs(folder, exist_ok=True)
seed = int(os.environ.get("SEED", "20240607"))
print("seed", seed)
random = np.random.default_rng(seed)

ROUNDINGS = ["half_even", "half_away", "half_to_zero", "half_up", "floor", "ceil", "to_zero", "away_from_zero"]
LOW, HIGH = -(2**31), 2**31 - 1


def oracle(x, multiplier, shift, rounding, zero, low, high):
    product = x.astype(np.int64) * multiplier.astype(np.int64)
    divisor = np.int64(1) << shift.astype(np.int64)
    whole = np.floor_divide(product, divisor)
    rest = product - whole * divisor  # 0 <= rest < divisor <= 2^62
    half = 2 * rest  # at most 2^63 - 2
    up = {
        "half_even": (half > divisor) | ((half == divisor) & (whole % 2 != 0)),
        "half_away": (half > divisor) | ((half == divisor) & (product >= 0)),
        "half_to_zero": (half > divisor) | ((half == divisor) & (product < 0)),
        "half_up": half >= divisor,
        "floor": np.zeros_like(product, bool),
        "ceil": rest != 0,
        "to_zero": (rest != 0) & (product < 0),
        "away_from_zero": (rest != 0) & (product > 0),
    }[rounding]
    return np.clip(whole + up + zero, low, high)


channels = 256
special = [(m, e) for m in (0, 1, -1, 3, 2**30, HIGH, LOW, -HIGH) for e in (0, 1, 2, 30, 31, 32, 61, 62)]
ties = [(m, e) for m in (1, 3, 5) for e in (1, 2, 3, 4)]
pairs = special + ties
while len(pairs) < channels:
    pairs.append((int(random.integers(2**30, 2**31)) * int(random.choice([1, 1, -1])), int(random.integers(25, 45))))
multiplier, shift = np.array(pairs).T

rows = 5000
x = random.integers(LOW, HIGH + 1, (rows, channels))
x[: rows // 2] >>= random.integers(0, 31, (rows // 2, channels))
edges = np.array([0, 1, -1, 2, -2, 3, -3, HIGH, LOW, LOW + 1, HIGH - 1, 2**30, -(2**30), 2**15, -(2**15)])
x[: len(edges)] = edges[:, None]
x = x.astype(np.int32)

# i32 for each rounding, and two code types that clamp.
outputs = [("i32", r, 0, LOW, HIGH) for r in ROUNDINGS]
outputs += [("i32", "half_even", 12345, LOW, HIGH)]
outputs += [("!bnn.signed<8>", "half_even", -3, -128, 127), ("!bnn.unsigned<4>", "half_away", 5, 0, 15)]
shape = f"{rows}x{channels}"
lines, results, types = ["  %one = arith.constant dense<1.0> : tensor<1xf32>"], [], []
for i, (element, rounding, zero, _, _) in enumerate(outputs):
    lines.append(
        f"  %q{i} = bnn.requantize %x {{multipliers = array<i32: {', '.join(map(str, multiplier))}>, "
        f"shifts = array<i32: {', '.join(map(str, shift))}>, zero_point = {zero} : i64, "
        f"rounding = #bnn.rounding<{rounding}>}} : tensor<{shape}xi32> -> tensor<{shape}x{element}>"
    )
    if element == "i32":
        results.append(f"%q{i}")
        types.append(f"tensor<{shape}xi32>")
    else:
        lines.append(f"  %f{i} = bnn.dequantize %q{i} scale %one : tensor<{shape}x{element}>, tensor<1xf32> -> tensor<{shape}xf32>")
        results.append(f"%f{i}")
        types.append(f"tensor<{shape}xf32>")
named = ", ".join(f'{t} {{bnn.name = "y{i}"}}' for i, t in enumerate(types))
path = os.path.join(folder, "requantize")
with open(path + ".mlir", "w") as file:
    file.write(f'func.func @requantize(%x: tensor<{shape}xi32> {{bnn.name = "x"}}) -> ({named}) attributes {{bnn.entry}} {{\n')
    file.write("\n".join(lines) + f"\n  return {', '.join(results)} : {', '.join(types)}\n}}\n")
np.savez(path + ".npz", x=x)

count = 0
for options in ([], ["--cpu=x86-64", "--target=x86-64"], ["--reference"]):
    subprocess.run([bnnc, "run", path + ".mlir", path + ".npz", "-o", path + "-out.npz", *options], check=True)
    got = np.load(path + "-out.npz")
    for i, (element, rounding, zero, low, high) in enumerate(outputs):
        want = oracle(x, multiplier, shift, rounding, zero, low, high)
        wrong = np.argwhere(got[f"y{i}"].astype(np.int64) != want)
        if len(wrong):
            r, c = wrong[0]
            sys.exit(
                f"{options} {element} {rounding}: {x[r, c]} * {multiplier[c]} / 2^{shift[c]} + {zero} is "
                f"{want[r, c]}, but got {got[f'y{i}'][r, c]} ({len(wrong)} wrong, seed {seed})"
            )
        count += want.size
print("requantize: ok,", count, "cases")

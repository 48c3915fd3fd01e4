# REQUIRES: qemu-aarch64
# RUN: %python %bnn_src_root/benchmarks/aarch64/static_estimates.py --help
# RUN: %python %bnn_src_root/benchmarks/aarch64/static_estimates.py --bnnc bnnc --json %t.json --cases 28x28x128-128-3x3-s1 784x1152x128 3136x576x64 196x2304x256 --cpus cortex-a55 cortex-a72 neoverse-n1
# RUN: %python %s %t.json
"""The limits that the AArch64 kernels keep: instructions and llvm-mca's cycles for 128 products of one bit by one bit.

Three vector instructions are the least that exist for them, and 85 products a cycle all that a core with two vector
pipelines can do.
"""

import json
import sys

# Most instructions of the loop and of a whole kernel, its epilogue included. A depth of 576 leaves half a register: more
# loads, and an epilogue for half the products.
LOOP = {"3136x576x64": 3.3}
KERNEL = {
    "28x28x128-128-3x3-s1": 3.4,
    "784x1152x128": 3.4,
    "3136x576x64": 3.5,
    "196x2304x256": 3.4,
}
MAC_PER_CYCLE = {"cortex-a55": 34, "cortex-a72": 85, "neoverse-n1": 85}

entries = json.load(open(sys.argv[1]))
assert len(entries) == len(KERNEL) * len(MAC_PER_CYCLE), len(entries)
for entry in entries:
    assert entry["suite"] == "aarch64" and entry["bits"] == "1x1" and entry["strategy"] == "popcount", entry
    assert entry["loop_vector_per_128"] == 3, entry
    assert entry["loop_instructions_per_128"] <= LOOP.get(entry["case"], 3.25), entry
    assert entry["loop_spills"] == 0, entry
    assert 3 < entry["kernel_instructions_per_128"] <= KERNEL[entry["case"]], entry
    assert entry["mac_per_cycle"] >= MAC_PER_CYCLE[entry["cpu"]], entry

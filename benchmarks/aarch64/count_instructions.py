"""Counts the instructions that a compiled model executes, under qemu-aarch64.

qemu logs the instructions of each translation block once and each execution of a block; the sum of their products,
for blocks within its functions, is exact: nothing interrupts a block in user mode.
"""

import pathlib
import re
import subprocess

HARNESS = """
#include "net.h"
#include <stdlib.h>
static union { unsigned char bytes[%(input)d]; int align; } input;
static union { unsigned char bytes[%(output)d]; int align; } output;
int main(void) {
  unsigned state = 1;
  for (unsigned i = 0; i < sizeof input.bytes; ++i)
    input.bytes[i] = (state = state * 1664525u + 1013904223u) >> 24;
  void *workspace = aligned_alloc(64, (net_workspace_size() + 127) / 64 * 64);
  return net_run((void *)&input, (void *)&output, workspace);
}
"""


def functions(nm, path):
    """Address, size and name of each."""
    symbols = subprocess.run([*nm, "--print-size", path], capture_output=True, text=True, check=True).stdout
    found = re.findall(r"^(\w+) (\w+) [Tt] (\S+)$", symbols, re.MULTILINE)
    return [(int(start, 16), int(size, 16), name) for start, size, name in found]


def count(folder, cc, nm, qemu, input_bytes, output_bytes, cpu="cortex-a53"):
    """Instructions of one call of net_run; `folder` holds net.o and net.h."""
    folder = pathlib.Path(folder)
    (folder / "main.c").write_text(HARNESS % {"input": input_bytes, "output": output_bytes})
    binary, log = folder / "main", folder / "qemu.log"
    subprocess.run([*cc, "-static", "-I", folder, folder / "main.c", folder / "net.o", "-o", binary, "-lm"], check=True)
    names = {name for _, _, name in functions(nm, folder / "net.o")}
    ranges = ",".join("%#x+%#x" % (start, size) for start, size, name in functions(nm, binary) if name in names)
    command = [*qemu, "-cpu", cpu, "-d", "in_asm,exec,nochain", "-dfilter", ranges, "-D", log, binary]
    subprocess.run(command, check=True)

    lengths, current, total = {}, None, 0
    executed = re.compile(r"\[\w+/(\w+)/")
    with open(log) as lines:
        for line in lines:
            if line.startswith("IN:"):
                current = None
            elif line.startswith("0x"):
                address = int(line.split(":", 1)[0], 16)
                if current is None:
                    current, lengths[address] = address, 0
                lengths[current] += 1
            elif line.startswith("Trace"):
                total += lengths[int(executed.search(line).group(1), 16)]
    log.unlink()
    return total

"""Finds the innermost loop of a kernel in AArch64 assembly, counts its instructions, and asks llvm-mca for its cycles."""

import dataclasses
import re
import subprocess

LABEL = re.compile(r"^(\.L\w+):")
BRANCH = re.compile(r"^\s+(?:b\.\w+|cbn?z|tbn?z|b)\s.*?(\.L\w+)\s*$")
INSTRUCTION = re.compile(r"^\s+([a-z][\w.]*)\s*(.*?)\s*(?://.*)?$")
VECTOR = re.compile(r"^[vq]\d+\b|^v\d+\.")


@dataclasses.dataclass
class Loop:
    """The instructions of one iteration. A unit is 128 products of one bit by one bit."""

    lines: list

    def __post_init__(self):
        parsed = [INSTRUCTION.match(line).groups() for line in self.lines]
        memory = [name.startswith(("ld", "st")) for name, _ in parsed]
        counts = [args for name, args in parsed if name == "cnt"]
        self.units = sum(1.0 if ".16b" in args else 0.5 for args in counts)
        self.vector = sum(1 for (_, args), m in zip(parsed, memory) if not m and VECTOR.match(args))
        self.loads = sum(name.startswith("ld") for name, _ in parsed)
        self.stores = sum(name.startswith("st") for name, _ in parsed)
        self.spills = sum(m and "[sp" in args for (_, args), m in zip(parsed, memory))

    @property
    def vector_per_unit(self):
        return self.vector / self.units

    @property
    def instructions_per_unit(self):
        return len(self.lines) / self.units

    def cycles_per_unit(self, mca, cpu, iterations=100):
        """By llvm-mca's model of `cpu`, caches and branch prediction aside."""
        command = [mca, "-mtriple=aarch64", "-mcpu=" + cpu, "-iterations=%d" % iterations]
        result = subprocess.run(command, input="\n".join(self.lines) + "\n", capture_output=True, text=True, check=True)
        cycles = int(re.search(r"Total Cycles:\s+(\d+)", result.stdout).group(1))
        return cycles / iterations / self.units


def counting_loops(assembly):
    """The innermost loops that count bits, those with the most products in an iteration first."""
    lines = assembly.splitlines()
    labels, last, loops = {}, None, []
    for number, line in enumerate(lines):
        if label := LABEL.match(line):
            last = label.group(1)
            labels[last] = number
        elif (branch := BRANCH.match(line)) and last is not None and branch.group(1) == last:
            body = [text for text in lines[labels[last] + 1 : number + 1] if INSTRUCTION.match(text)]
            if any(re.match(r"\s+cnt\s", text) for text in body):
                loops.append(Loop(body))
    return sorted(loops, key=lambda loop: -loop.units)

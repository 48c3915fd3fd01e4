"""Runs the example of every op in the dialect's reference page through bnn-opt.

    check_op_examples.py path/to/bnn-opt dialect.md

An example is one or more ops with free operands (%x). Each operand becomes an argument of a function around the
example. Its type is asked of the parser: the argument gets type `none` first, and the parser's complaint names the
type that the op expects.
"""

import re
import subprocess
import sys

# Ops whose meaning needs a surrounding op; the example of that one shows them.
INNER_OPS = {"bnn.yield"}

MISMATCH = re.compile(r"use of value '(%\w+)' expects different type than prior uses: '(.*)' vs 'none'")
VALUE = re.compile(r"%[A-Za-z_]\w*")


def examples(page):
    """Yields (op, [code blocks]) for each op section of the page."""
    for section in re.split(r"^### ", page, flags=re.M)[1:]:
        name = re.match(r"`(bnn\.\w+)`", section)
        if name:
            yield name.group(1), re.findall(r"```mlir\n(.*?)```", section, flags=re.S)


def run(tool, text):
    return subprocess.run(
        [tool, "-", "--verify-roundtrip", "--allow-unregistered-dialect"],
        input=text, capture_output=True, text=True, timeout=60)


def check(tool, code):
    """Returns None, or what bnn-opt says about the example."""
    defined = set()
    for line in code.splitlines():
        match = re.match(r"\s*((?:%\w+(?::\d+)?(?:, )?)+) = ", line)
        if match:
            defined.update(VALUE.findall(match.group(1)))
    for arguments in re.findall(r"\^bb\d+\((.*?)\):", code):
        defined.update(VALUE.findall(arguments))
    free = sorted(set(VALUE.findall(code)) - defined)
    types = {value: "none" for value in free}
    while True:
        arguments = ", ".join(f"{value}: {type}" for value, type in types.items())
        result = run(tool, f"func.func @example({arguments}) {{\n{code}\nreturn\n}}\n")
        if result.returncode == 0:
            return None
        mismatch = MISMATCH.search(result.stderr)
        if not mismatch or types.get(mismatch.group(1)) != "none":
            return result.stderr
        types[mismatch.group(1)] = mismatch.group(2)


def main():
    tool, path = sys.argv[1:]
    with open(path, encoding="utf-8") as file:
        sections = dict(examples(file.read()))
    failures = 0
    for op, blocks in sections.items():
        messages = [message for code in blocks if (message := check(tool, code))]
        if op not in INNER_OPS and not any(op in code for code in blocks):
            messages.append("no example")
        for message in messages:
            failures += 1
            print(f"{op}: {message}")
    print(f"{len(sections)} ops, {failures} failures")
    sys.exit(failures > 0 or not sections)


main()

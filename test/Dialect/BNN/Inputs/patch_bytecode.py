"""patch_bytecode.py OLD NEW < in > out: replaces the one occurrence of some bytes.

OLD and NEW are hexadecimal and equally long, because the sections of a bytecode
file carry their lengths.
"""

import sys

old, new = (bytes.fromhex(argument) for argument in sys.argv[1:3])
data = sys.stdin.buffer.read()
if len(old) != len(new) or data.count(old) != 1:
    sys.exit(f"{old.hex()} occurs {data.count(old)} times")
sys.stdout.buffer.write(data.replace(old, new))

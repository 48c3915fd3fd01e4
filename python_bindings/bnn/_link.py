"""Shared libraries: the only output that needs a program besides the compiler."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from typing import List, Optional

from ._errors import ArgumentError, CompileError, FileError


def _candidates(triple: str) -> List[str]:
    arch = triple.split("-")[0]
    native = os.uname().machine == arch
    cross = [f"{arch}-linux-gnu-gcc", "ld.lld", "ld.lld-22"]
    return ([os.environ.get("CC", ""), "cc", "gcc", "clang", "clang-22"] if native else []) + cross


def _find(triple: str, linker: Optional[str]) -> List[str]:
    """The command that links."""
    names = [linker] if linker else [name for name in _candidates(triple) if name]
    for name in names:
        command = name.split() if not os.path.exists(name) else [name]
        if shutil.which(command[0]):
            return command
    raise ArgumentError(
        f"a shared library for {triple} needs a linker, and there is no {', '.join(names)}: install one or name it "
        "with linker="
    )


def link_shared(code: bytes, path: str, triple: str, linker: Optional[str]) -> None:
    """Links the object `code` into the shared library `path`."""
    command = _find(triple, linker)
    folder = os.path.dirname(path) or "."
    try:
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            source, result = os.path.join(scratch, "model.o"), os.path.join(scratch, "model.so")
            with open(source, "wb") as file:
                file.write(code)
            arguments = [*command, "-shared", "-o", result, source]
            if "ld.lld" not in os.path.basename(command[0]):
                # Whoever loads the library without libm in the process gets it.
                arguments += ["-Wl,-soname," + os.path.basename(path), "-lm"]
            done = subprocess.run(arguments, capture_output=True, text=True, check=False)
            if done.returncode:
                raise CompileError(f"{' '.join(arguments)}: {done.stderr.strip()}")
            os.replace(result, path)
    except OSError as error:
        raise FileError(f"{path}: {error.strerror}") from error

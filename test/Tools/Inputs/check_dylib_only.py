"""check_dylib_only.py llvm-nm DIRECTORY: no program in DIRECTORY defines the constructor of MLIRContext."""

import pathlib
import subprocess
import sys

nm, directory = sys.argv[1:]
static = False
for tool in sorted(pathlib.Path(directory).iterdir()):
    symbols = subprocess.run([nm, "--defined-only", "-C", tool], capture_output=True, text=True, check=True).stdout
    copied = [name for name in ("mlir::MLIRContext::MLIRContext(", "llvm::LLVMContext::LLVMContext(") if name in symbols]
    print(f"{tool.name}: {'has a copy of ' + copied[0] if copied else 'ok'}")
    static |= bool(copied)
sys.exit(static)

"""Configuration of the lit suites.

Substitutions beyond lit's own:
  %mlir_lib_dir   directory of libmlir_c_runner_utils and friends
  %shlibext       suffix of shared libraries
  %bnn_src_root   top of the source tree
  %bnn_obj_root   build directory
  %bnn_tools_dir  directory of the project's tools
  %python         interpreter of build/venv where there is one (packages: requirements.txt), else python3
  %run_main       runs @main of the LLVM dialect module on stdin, with the print functions of MLIR
  %cc             C compiler of the build, for the host
  %aarch64_cc     C compiler for AArch64 Linux       (feature qemu-aarch64)
  %qemu_aarch64   user-mode emulator with its root   (feature qemu-aarch64)

Features: avx2, avx512vpopcntdq, qemu-aarch64, venv, asan.
"""

import os
import platform
import shutil

import lit.formats
from lit.llvm import llvm_config
from lit.llvm.subst import FindTool, ToolSubst

config.name = "bnn"
config.test_format = lit.formats.ShTest(not llvm_config.use_lit_shell)
config.suffixes = [".mlir", ".test", ".py"]
config.excludes = ["Inputs", "unit", "lit.cfg.py", "lit.site.cfg.py", "CMakeLists.txt"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.bnn_obj_root, "test")

# ctest sets strict: then every tool of the project must have been built. Without it (lit called by hand on a
# partial build) only the tests that use a missing tool fail.
strict = lit_config.params.get("strict", "0") == "1"

llvm_config.with_system_environment(["HOME", "TMP", "TEMP", "TMPDIR"])
llvm_config.use_default_substitutions()
llvm_config.with_environment("PATH", config.llvm_tools_dir, append_path=True)
llvm_config.with_environment("PATH", config.bnn_tools_dir, append_path=True)

project_tools = [ToolSubst(name, unresolved="fatal" if strict else "break") for name in config.bnn_tools if name]
llvm_config.add_tool_substitutions(project_tools, [config.bnn_tools_dir])
llvm_tools = ["llc", "llvm-nm", "llvm-objdump", "llvm-readelf", "llvm-size", "mlir-opt", "mlir-runner", "mlir-translate"]
llvm_config.add_tool_substitutions(
    [ToolSubst(name, unresolved="fatal") for name in llvm_tools], [config.llvm_tools_dir]
)

venv_python = os.path.join(config.venv, "bin", "python3")
has_venv = os.path.exists(venv_python)
if has_venv:
    config.available_features.add("venv")
elif strict:
    lit_config.warning("no virtual environment in %s: tests that need one are skipped" % config.venv)

config.substitutions.append(("%mlir_lib_dir", config.mlir_lib_dir))
config.substitutions.append(("%shlibext", config.llvm_shlib_ext))
config.substitutions.append(("%bnn_src_root", config.bnn_src_root))
config.substitutions.append(("%bnn_obj_root", config.bnn_obj_root))
config.substitutions.append(("%bnn_tools_dir", config.bnn_tools_dir))
# Before lit's own %python, which is the interpreter that runs lit.
config.substitutions.insert(0, ("%python", venv_python if has_venv else config.python_executable))
config.substitutions.append(("%cc", config.c_compiler))
runner_libs = ["%s/libmlir_%s%s" % (config.mlir_lib_dir, name, config.llvm_shlib_ext) for name in ("runner_utils", "c_runner_utils")]
config.substitutions.append(
    ("%run_main", "mlir-runner -e main --entry-point-result=void --shared-libs=" + ",".join(runner_libs))
)


def cpu_flags():
    """Feature names of the first processor in /proc/cpuinfo (Linux); empty elsewhere."""
    try:
        with open("/proc/cpuinfo") as info:
            for line in info:
                if line.startswith(("flags", "Features")):
                    return set(line.split(":", 1)[1].split())
    except OSError:
        pass
    return set()


flags = cpu_flags()
if "avx2" in flags:
    config.available_features.add("avx2")
if "avx512_vpopcntdq" in flags:
    config.available_features.add("avx512vpopcntdq")
config.available_features.add("host-" + platform.machine().lower())

qemu = shutil.which("qemu-aarch64") or shutil.which("qemu-aarch64-static")
aarch64_cc = shutil.which("aarch64-linux-gnu-gcc")
if qemu and aarch64_cc:
    config.available_features.add("qemu-aarch64")
    config.substitutions.append(("%qemu_aarch64", qemu + " -L /usr/aarch64-linux-gnu"))
    config.substitutions.append(("%aarch64_cc", aarch64_cc))

if config.bnn_sanitizer:
    config.available_features.add("asan")
    llvm_config.with_system_environment(["ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS"])

#!/usr/bin/env python3
"""Measures this compiler's code beside its peers, in one run, and writes results.json, a table and pictures.

Each file in suites/ is a suite with a function run(context) that gives rows; docs/benchmarks.md tells what the columns
mean.
"""

import argparse
import ctypes
import datetime
import importlib
import os
import platform
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.abspath(__file__))
SUITES = ["gemm", "conv", "bits", "net", "aarch64", "compile"]
sys.path.insert(0, ROOT)


def available_suites():
    """Names of the files in suites/, the known ones first in their order."""
    names = [f[:-3] for f in os.listdir(os.path.join(ROOT, "suites")) if f.endswith(".py") and f[0] != "_"]
    return sorted(names, key=lambda name: (SUITES.index(name) if name in SUITES else len(SUITES), name))


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__.split("\n\n")[0])
    parser.add_argument("--suites", default="", help="comma-separated: " + ", ".join(available_suites()))
    parser.add_argument("--cases", default="", metavar="REGEX", help="only cases whose name matches, such as '28x28'")
    parser.add_argument("--bits", default="", metavar="LIST", help="only these bits, such as 1x1,1x2")
    parser.add_argument("--peers", default="", metavar="LIST", help="only these peers; 'none' for none")
    parser.add_argument("--cpu", default="", metavar="LIST",
                        help="CPUs to compile for, as bnnc names them, and 'native' (default: x86-64-v3,native)")
    parser.add_argument("--peer-isa", choices=["native", "avx2"], default="native",
                        help="avx2: keep the peers from AVX-512")
    parser.add_argument("--quick", action="store_true", help="few samples: a look, not a result")
    parser.add_argument("--samples", type=int, default=0, help="quiet samples of each contender (default: 15)")
    parser.add_argument("--seconds", type=float, default=0, help="at most so long for a group (default: 20)")
    parser.add_argument("--build", default=os.path.join(os.path.dirname(ROOT), "build"), help="build directory")
    parser.add_argument("--output", default="", help="folder of the results (default: BUILD/bench)")
    parser.add_argument("--list", action="store_true", help="list suites and stop")
    options = parser.parse_args(arguments)
    known = available_suites()
    options.suites = [s for s in options.suites.split(",") if s] or known
    for suite in options.suites:
        if suite not in known:
            parser.error(f"there is no suite '{suite}'; there are {', '.join(known)}")
    try:
        options.cases = re.compile(options.cases)
    except re.error as error:
        parser.error(f"--cases: {error}")
    options.samples = options.samples or (5 if options.quick else 15)
    options.seconds = options.seconds or (3.0 if options.quick else 20.0)
    options.output = options.output or os.path.join(options.build, "bench")
    return options


class Context:
    """What suites get: options, tools, peers, the meter, and where to report."""

    def __init__(self, options):
        from harness.measure import Meter, Progress
        from harness.native import Clock
        from harness.ours import Tools

        self.options, self.progress = options, Progress()
        self.folder = os.path.join(options.output, "work")
        os.makedirs(self.folder, exist_ok=True)
        self.tools = Tools(*(self.find_tool(name) for name in ("bnnc", "bnn-opt")), self.folder)
        self.clock = Clock(os.path.join(self.folder, "clock"))
        load_openmp()
        self.cpu = pin_to_quietest(self.clock)
        self.meter = Meter(self.clock, self.progress, options.samples, options.seconds)
        self.cpus = self.choose_cpus()
        self.failures, self.notes, self.details, self.tables = [], [], {}, []
        self._peers = None

    def find_tool(self, name):
        path = os.path.join(self.options.build, "bin", name)
        if not os.access(path, os.X_OK):
            sys.exit(f"bench: {path} has not been built (make bench builds it)")
        return path

    def choose_cpus(self):
        """The first is what results are named after; others get suites of their own."""
        if self.options.cpu:
            return [None if c == "native" else c for c in self.options.cpu.split(",") if c]
        if platform.machine() == "x86_64":
            with open("/proc/cpuinfo") as info:
                flags = info.read()
            if " avx512" in flags:
                return ["x86-64-v3", None]
            return ["x86-64-v3"] if " avx2" in flags else [None]
        return [None]

    def suite_name(self, suite, cpu):
        return suite if cpu == self.cpus[0] else f"{suite}-{cpu or 'native'}"

    def wants(self, case, bits=""):
        chosen = [b for b in self.options.bits.split(",") if b]
        return bool(self.options.cases.search(case)) and (not chosen or str(bits) in chosen)

    @property
    def peers(self):
        if self._peers is None:
            self._peers = self.create_peers()
        return self._peers

    def create_peers(self):
        from harness.peers import MODULES, Setup, Unavailable

        if self.options.peer_isa == "avx2":
            os.environ.update(ONEDNN_MAX_CPU_ISA="AVX2", DNNL_MAX_CPU_ISA="AVX2", ATEN_CPU_CAPABILITY="avx2",
                              MKL_ENABLE_INSTRUCTIONS="AVX2")
        setup = Setup(self.folder, self.clock, self.note, self.options.peer_isa)
        chosen = [p for p in self.options.peers.split(",") if p]
        peers = []
        for name in MODULES:
            module = importlib.import_module(f"harness.peers.{name}")
            if chosen and not any(p in module_names(module) for p in chosen):
                continue
            self.progress.update(f"loading {name}")
            try:
                peers.append(module.create(setup))
            except Unavailable as reason:
                self.fail(f"peer {', '.join(module_names(module))} is left out: {reason}")
        return peers

    def note(self, text):
        if text not in self.notes:
            self.notes.append(text)
            self.progress.line("note: " + text)

    def fail(self, text):
        if text not in self.failures:
            self.failures.append(text)
            self.progress.line("FAILED: " + text)

    def keep_details(self, group, times):
        self.details[group] = {
            key: dict(time_us=t.time / 1000, best_us=t.best / 1000, all_us=t.all / 1000, quiet=t.quiet, samples=t.samples)
            for key, t in times.items()
        }
        disturbed = [key for key, t in times.items() if not t.is_quiet]
        if disturbed:
            self.note(f"{group}: the machine was busy; too few quiet samples of {', '.join(disturbed)}")

    def add_table(self, title, header, lines):
        """What has no column in the rows; it goes into results.md and details.json."""
        if lines:
            self.tables.append(dict(title=title, header=header, lines=lines))

    def show(self, row, summary=None):
        """One result, as soon as it is there."""
        speed = f"{row['mac_per_cycle']:.1f} MAC/cycle" if row["mac_per_cycle"] else ""
        time = f"{row['time_us']:.1f} us" if row["time_us"] else ""
        quiet = f"{summary.quiet}/{summary.samples} quiet" if summary else ""
        versus = "  ".join(f"{peer} {ratio:.2f}x" for peer, ratio in row["vs"].items())
        head = f"{row['suite']} {row['case']} {row['bits']} {row['output']} {row['strategy']}"
        self.progress.line("  ".join(part for part in (head, speed, time, quiet, versus) if part))


def load_openmp():
    """Before the driver binds itself to one processor: the library spins less where it sees fewer processors than
    threads, and whoever loads it first, PyTorch for one, decides for all."""
    try:
        ctypes.CDLL("libgomp.so.1")
    except OSError:
        pass  # code for several threads will not link either, and that is reported


def pin_to_quietest(clock):
    """Of the processors that this process may use, the one whose probe is best; it stays there."""
    allowed = sorted(os.sched_getaffinity(0))

    def rate(cpu):
        os.sched_setaffinity(0, {cpu})
        rates = sorted(clock.nop_rate() for _ in range(2000))
        return rates[len(rates) // 2]

    best = max(allowed, key=rate)
    os.sched_setaffinity(0, {best})
    return best


def module_names(module):
    """All names of the peers in a module, without making one."""
    return next((v.names for v in vars(module).values() if isinstance(v, type) and hasattr(v, "names")), ())


def describe_machine(context):
    model = platform.processor() or platform.machine()
    try:
        with open("/proc/cpuinfo") as info:
            model = next((l.split(":", 1)[1].strip() for l in info if l.startswith("model name")), model)
    except OSError:
        pass
    targets = subprocess.run([context.tools.bnnc, "compile", "--list-targets"], capture_output=True, text=True).stdout
    if native := re.match(r"native: .*, cpu (\S+)", targets):
        model += f" ({native.group(1)})"
    commit = subprocess.run(["git", "-C", ROOT, "describe", "--always", "--dirty"], capture_output=True, text=True)
    return {
        "machine": model,
        "processors": os.cpu_count(),
        "processor": context.cpu,
        "gigahertz": round(context.meter.calibration.gigahertz, 3) if context.meter.calibration.clocks else None,
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "commit": commit.stdout.strip(),
        "cpus": [cpu or "native" for cpu in context.cpus],
        "peers": [getattr(peer, "description", peer.names[0]) for peer in context._peers or []],
        "peer_isa": context.options.peer_isa,
        "quick": context.options.quick,
    }


def main(arguments=None):
    options = parse_arguments(sys.argv[1:] if arguments is None else arguments)
    if options.list:
        for name in available_suites():
            print(f"{name:10} {importlib.import_module('suites.' + name).__doc__.strip().splitlines()[0]}")
        return 0
    # Before anything loads a library that would start threads of its own.
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"
    from harness.report import write_reports

    context = Context(options)
    rows = []
    try:
        for name in options.suites:
            context.progress.line(f"suite {name}")
            rows += importlib.import_module(f"suites.{name}").run(context) or []
    except KeyboardInterrupt:
        context.fail("interrupted: what was measured until then is written")
    if not rows:
        context.progress.line("bench: nothing was measured")
        return 1
    write_reports(options.output, rows, describe_machine(context), context)
    return 1 if context.failures else 0


if __name__ == "__main__":
    sys.exit(main())

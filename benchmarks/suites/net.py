"""Whole networks against ResNet-18 in fp32 and int8."""

import contextlib
import ctypes
import json
import os
import subprocess
import sys

import numpy as np

from harness.native import HERE, BuildError, NativeContender, PythonContender, aligned, find_compiler, pointer, run_tool
from harness.results import make_row
from harness.statistics import Sample

# Ours: name, how it is generated, and whether it stands beside ResNet-18.
NETWORKS = [
    ("bi-real-net-18", ["bi-real-net-18"], True),
    ("quicknet", ["quicknet"], True),
    ("fashion-mnist", None, False),
]


class Network:
    """A compiled network with arrays for its inputs and outputs."""

    def __init__(self, context, name, model, cpu, threads):
        self.name, self.model, self.cpu, self.threads = name, model, cpu, threads
        stem = os.path.join(context.folder, f"{name}-{cpu or 'native'}-t{threads}")
        target = [f"--cpu={cpu}"] if cpu else []
        options = [*target, "--name=net"] + ([f"--threads={threads}"] if threads > 1 else [])
        run_tool([context.tools.bnnc, "compile", model, "-o", stem + ".o", *options])
        link = ["-fopenmp=libgomp"] if threads > 1 else []
        run_tool([find_compiler(), "-shared", stem + ".o", "-o", stem + ".so", "-lm", *link])
        report = json.loads(run_tool([context.tools.bnnc, "inspect", model, "--json", *target]))
        layers = report["layers"]
        self.macs = sum(layer["macs"] for layer in layers)
        self.strategies = "+".join(sorted({layer["strategy"] for layer in layers} - {"float", ""}))
        self.library = ctypes.CDLL(stem + ".so")
        self.library.net_workspace_size.restype = ctypes.c_size_t
        random = np.random.default_rng(1)
        self.inputs = [aligned(make_input(random, value)) for value in report["inputs"]]
        self.outputs = [aligned(np.zeros(value["shape"], np.float32)) for value in report["outputs"]]
        self.workspace = aligned(np.zeros(self.library.net_workspace_size() + 64, np.uint8))

    def contender(self, key, context):
        arrays = [*self.inputs, *self.outputs, self.workspace]
        kind = NativeContender if self.threads == 1 else ThreadedContender
        return kind(key, context.clock, self.library.net_run, [pointer(a) for a in arrays], keep=(self, arrays))


@contextlib.contextmanager
def all_processors():
    """The driver otherwise stays on one."""
    alone = os.sched_getaffinity(0)
    os.sched_setaffinity(0, range(os.cpu_count()))
    try:
        yield
    finally:
        os.sched_setaffinity(0, alone)


class ThreadedContender(NativeContender):
    """A sample counts if each of the threads had a processor: threads that wait for work spin. The scheduler wakes them
    where the driver runs and takes some milliseconds to spread them out, hence the calls before."""

    WARM_UP = 8

    def sample(self, iterations):
        before = self.least_rate()
        with all_processors():
            super().sample(self.WARM_UP)
            sample = super().sample(iterations)
        rates = min(before, sample.before), min(self.least_rate(), sample.after)
        return Sample(sample.time, *rates, sample.share / self.keep[0].threads)

    def least_rate(self):
        """The probe of the busiest processor."""
        rates = []
        with all_processors():
            for cpu in range(os.cpu_count()):
                os.sched_setaffinity(0, {cpu})
                rates.append(self.clock.nop_rate())
        return min(rates)


def make_input(random, value):
    if "float" in value["type"]:
        return random.standard_normal(value["shape"]).astype(np.float32)
    return random.integers(0, 2, value["shape"]).astype(value["type"])


def generate(context, arguments):
    """Path of a generated network, or None after a message."""
    path = os.path.join(context.folder, arguments[0] + ".onnx")
    script = os.path.join(HERE, "networks", "generate.py")
    if not os.path.exists(script):
        context.fail("net: benchmarks/networks is missing")
        return None
    done = subprocess.run([sys.executable, script, *arguments, "-o", path], capture_output=True, text=True)
    if done.returncode:
        context.fail(f"net: {arguments[0]} cannot be made: {(done.stderr.strip().splitlines() or ['no message'])[-1]}")
        return None
    return path


def quantize(context, model):
    """ResNet-18 in int8: static quantizers (QDQ) by ONNX Runtime's own tool, calibrated on random images."""
    from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
    from onnxruntime.quantization.shape_inference import quant_pre_process

    class Images(CalibrationDataReader):
        def __init__(self):
            random = np.random.default_rng(2)
            self.images = iter([random.standard_normal((1, 3, 224, 224), np.float32) for _ in range(4)])

        def get_next(self):
            image = next(self.images, None)
            return None if image is None else {"input": image}

    prepared, path = model + ".prepared", os.path.join(context.folder, "resnet18-int8.onnx")
    quant_pre_process(model, prepared)
    quantize_static(
        prepared, path, Images(), quant_format=QuantFormat.QDQ, per_channel=True, activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
    )
    os.unlink(prepared)
    return path


def peer_contenders(context):
    """Contenders by the peer's name."""
    model = generate(context, ["resnet18"])
    if model is None:
        return {}
    peers = context.peers  # before quantizing, which loads ONNX Runtime: --peer-isa must come first
    image = np.random.default_rng(1).standard_normal((1, 3, 224, 224), np.float32)
    models, contenders = {"fp32": model}, {}
    try:
        context.progress.update("net: quantizing ResNet-18")
        models["int8"] = quantize(context, model)
    except Exception as error:
        context.fail(f"net: ResNet-18 cannot be quantized: {str(error).splitlines()[0]}")
    for peer in peers:
        for kind, path in models.items():
            context.progress.update(f"net: preparing {', '.join(peer.names)}")
            name = next((n for n in peer.names if n.endswith(kind)), None)
            if name is None or not hasattr(peer, "load_network"):
                continue
            try:
                call, keep = peer.load_network(path, image)
                contenders[name] = PythonContender(name, context.clock, call, keep)
            except Exception as error:
                context.fail(f"net: {name} failed: {str(error).splitlines()[0]}")
    return contenders


def add_profile(context, network):
    """A table of the network's layers, from the quietest of three profiles."""
    options = [f"--cpu={network.cpu}"] if network.cpu else []
    command = [context.tools.bnnc, "bench", network.model, "--json", "--seconds=1.5", *options]
    context.progress.update(f"net {network.name}: profile")
    profile = min((json.loads(run_tool(command)) for _ in range(3)), key=lambda report: report["time_us"]["median"])
    lines = [
        [layer["name"], layer.get("strategy", ""), f"{layer['time_us']:.1f}", f"{100 * layer['share']:.1f} %",
         f"{layer['mac_per_cycle']:.1f}" if "mac_per_cycle" in layer else ""]
        for layer in profile["layers"]
    ]
    share, median = profile["contraction_share"], profile["time_us"]["median"]
    lines.append(["convolutions and matrix products", "", "", f"{100 * share:.1f} %", ""])
    lines.append(["a whole run, median", "", f"{median:.1f}", "", ""])
    title = f"net: {network.name}, {network.cpu or 'native'}, one thread, layer by layer (bnnc bench)"
    context.add_table(title, ["layer", "kernel", "µs", "share", "MAC/cycle"], lines)


def run(context):
    ours = []
    for name, arguments, _ in NETWORKS:
        if not context.wants(name, "1x1"):
            continue
        if arguments is None:
            model = os.path.join(os.path.dirname(HERE), "examples", "fashion_mnist", "fashion_mnist_bnn.onnx")
        else:
            model = generate(context, arguments)
            if model is None:
                continue
        for cpu in context.cpus:
            for threads in (1, 2):
                if threads > 1 and (cpu != context.cpus[0] or name != "bi-real-net-18" or (os.cpu_count() or 1) < 2):
                    continue
                context.progress.update(f"net {name}: compiling for {cpu or 'this machine'}, {threads} thread(s)")
                try:
                    ours.append(Network(context, name, model, cpu, threads))
                except BuildError as error:
                    context.fail(f"net {name}: {error}")
    if not ours:
        return []
    peers = peer_contenders(context) if any(network.name != "fashion-mnist" for network in ours) else {}
    contenders = [n.contender(f"ours {n.name} {n.cpu or 'native'} {n.threads}", context) for n in ours]
    times = context.meter.measure("net", contenders + list(peers.values()))
    context.keep_details("net", times)
    rows = []
    compared = {name: is_compared for name, _, is_compared in NETWORKS}
    for network, contender in zip(ours, contenders):
        time = times[contender.key].time
        vs = {name: times[name].time / time for name in peers} if compared[network.name] else {}
        rows.append(
            make_row(
                context.suite_name("net", network.cpu), network.name, "1x1", "f32", network.strategies, time / 1000,
                network.macs / (time * context.meter.calibration.gigahertz), vs, network.threads,
            )
        )
        context.show(rows[-1], times[contender.key])
    for network in ours:
        if network.name == "bi-real-net-18" and network.threads == 1:
            add_profile(context, network)
    return rows

"""bnn.sensitivity, bnn.allocate, and bnn.compile with bits."""

import json
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

import bnn


def network():
    """Three dense layers of floats, the first of which matters most."""
    rng = np.random.default_rng(0)
    sizes = [16, 32, 32, 10]
    nodes, constants, last = [], [], "x"
    for i, (inputs, outputs) in enumerate(zip(sizes, sizes[1:])):
        weights = rng.normal(size=(inputs, outputs)).astype(np.float32) / np.sqrt(inputs)
        constants.append(numpy_helper.from_array(weights.astype(np.float32), f"w{i}"))
        nodes.append(helper.make_node("MatMul", [last, f"w{i}"], [f"a{i}"], name=f"dense{i}"))
        last = f"a{i}"
        if i < 2:
            nodes.append(helper.make_node("Relu", [last], [f"r{i}"], name=f"relu{i}"))
            last = f"r{i}"
    graph = helper.make_graph(
        nodes,
        "net",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [2, 16])],
        [helper.make_tensor_value_info(last, TensorProto.FLOAT, [2, 10])],
        constants,
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


DATA = np.random.default_rng(1).normal(size=(16, 16)).astype(np.float32)


@pytest.fixture(scope="module")
def table():
    return bnn.sensitivity(network(), DATA, bits=(2, 8))


def test_table(table, tmp_path):
    layers = table.to_dict()["layers"]
    assert [layer["name"] for layer in layers] == ["dense0", "dense1", "dense2"]
    for layer in layers:
        few, many = (next(v for k, v in layer["sensitivity"].items() if k.startswith(b)) for b in "28")
        assert few > 10 * many > 0
        assert "size" in layer["cost"]
    assert "dense1" in str(table) and "<table>" in table._repr_html_()
    table.save(tmp_path / "table.json")
    assert json.loads((tmp_path / "table.json").read_text()) == table.to_dict()


@pytest.mark.parametrize("kind", [ThreadPoolExecutor, ProcessPoolExecutor])
@pytest.mark.parametrize("size", [1, 4])
def test_executors(table, kind, size):
    """Who does the jobs changes nothing."""
    with kind(2) as executor:
        other = bnn.sensitivity(network(), {"x": DATA}, bits=(2, 8), executor=executor, jobs_per_task=size)
    assert other == table


def test_labels():
    labels = np.concatenate([bnn.compile(network())(DATA[i : i + 2]).argmax(1) for i in range(0, 16, 2)])
    table = bnn.sensitivity(network(), DATA, labels=labels, bits=8).to_dict()
    assert "loss" in table["source"]


def test_allocate(table, tmp_path):
    best = bnn.allocate(table, "size:1.0")
    assert set(best.bits.values()) == {8} and best.gap == 0
    half = bnn.allocate(table, {"size": 0.5})
    assert set(half.bits.values()) == {2, 8} and half.cost["size"] < best.cost["size"]
    # The best of all eight assignments.
    layers = table.to_dict()["layers"]

    def value(layer, bits, what):
        return next(v for k, v in what(layer).items() if k.split("x")[0] == str(bits))

    limit = half.to_dict()["budget"]["size"]
    scores = []
    for number in range(8):
        bits = [8 if number >> i & 1 else 2 for i in range(3)]
        if sum(value(l, b, lambda l: l["cost"]["size"]) for l, b in zip(layers, bits)) <= limit:
            scores.append(sum(value(l, b, lambda l: l["sensitivity"]) for l, b in zip(layers, bits)))
    assert half.objective == pytest.approx(min(scores))
    table.save(tmp_path / "table.json")
    for same in (tmp_path / "table.json", str(tmp_path / "table.json"), table.to_dict()):
        assert bnn.allocate(same, ["size:0.5"]) == half
    assert "dense0" in str(half) and "<table>" in half._repr_html_()


def test_compile_with_bits(table, tmp_path):
    bits = bnn.allocate(table, "size:0.5")
    model = bnn.compile(network(), bits=bits, data=DATA)
    assert [layer.weight_bits for layer in model.inspect().layers] == list(bits.bits.values())
    assert model.verify(DATA[:2])
    bits.save(tmp_path / "bits.json")
    for same in (tmp_path / "bits.json", bits.to_dict(), bits.bits):
        np.testing.assert_array_equal(bnn.compile(network(), bits=same, data={"x": DATA})(DATA[:2]), model(DATA[:2]))
    few = bnn.compile(network(), bits={"dense0": 2, "dense1": 2, "dense2": 2}, data=DATA)
    exact = bnn.compile(network())(DATA[:2])
    assert np.abs(few(DATA[:2]) - exact).max() > np.abs(model(DATA[:2]) - exact).max() > 0


def test_errors(table, tmp_path):
    for call, text in [
        (lambda: bnn.allocate(table, "size:1B"), "size"),
        (lambda: bnn.allocate(table, "speed:1"), "speed"),
        (lambda: bnn.allocate(table, "size:0.5", solver="luck"), "solver must be one of"),
        (lambda: bnn.allocate({"layers": 3}, "size:1"), "layers"),
        (lambda: bnn.allocate(3, "size:1"), "table must be a mapping or a path"),
        (lambda: bnn.sensitivity(network(), DATA[:, :3]), "calibration data"),
        (lambda: bnn.sensitivity(network(), {"x": DATA, "y": DATA}), "no input 'y'"),
        (lambda: bnn.sensitivity(network(), DATA.astype(complex)), "element type complex"),
        (lambda: bnn.sensitivity(network(), DATA, bits=(2, 9)), "9"),
        (lambda: bnn.sensitivity(network(), DATA, bits="x"), "bits must be integers"),
        (lambda: bnn.sensitivity(network(), DATA, labels=np.zeros(3, np.int64)), "labels"),
        (lambda: bnn.compile(network(), bits={"dense0": 4}), "bits need data"),
        (lambda: bnn.compile(network(), bits={"dense0": 99}, data=DATA), "dense0"),
    ]:
        with pytest.raises(bnn.ArgumentError, match=text):
            call()
    with pytest.raises(bnn.CompileError, match="absent"):
        bnn.compile(network(), bits={"absent": 4}, data=DATA)
    with pytest.raises(bnn.FileError, match="No such file"):
        bnn.allocate(tmp_path / "absent.json", "size:1")

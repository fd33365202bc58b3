"""Long recurrences, whatever they keep and on however many threads they run.

Use: check_long_recurrences.py BACKSTEP FOLDER [FIRST_SEED LAST_SEED]

Stacks of LSTM, GRU, RNN and Scan layers in both directions of time, over hundreds to thousands of
timesteps, drawn by seed. ONNX Runtime gives the outputs; gradients must be the same for every
amount of memory (SEMANTICS R11: all values kept, some segments kept, all run again) and number of
threads, up to rounding.
"""

import itertools
import pathlib
import subprocess
import sys

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

MEMORY = ["1kb", "3MB", "8MB", None]
THREADS = ["1", "2", "3"]
OUTPUT_TOLERANCE = 1e-5
GRADIENT_TOLERANCE = 1e-4  # of the largest element: thousands of timesteps are added up in float32


def float_info(name, shape):
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


class Stack:
    """Layers one on the other: [T, B, width] in, [T, B, width] out."""

    def __init__(self, seed):
        self.random = np.random.default_rng(seed)
        self.steps = int(self.random.choice([300, 700, 1500, 3000]))
        self.batch = int(self.random.choice([1, 2, 16, 31]))
        self.hidden = int(self.random.choice([4, 8, 16]))
        self.nodes, self.weights = [], []
        self.input_shape = [self.steps, self.batch, self.hidden]
        self.value, self.width = "x", self.hidden
        if self.random.random() < 0.25:  # the same at every timestep, by a view
            self.input_shape[0] = 1
            self.add("Expand", ["x", self.constant("all_steps", [self.steps, 1, 1])])
        for layer in range(int(self.random.integers(1, 4))):
            if self.random.random() < 0.35:
                self.add_scan(f"layer{layer}")
            else:
                self.add_recurrent_op(f"layer{layer}")
            between = self.random.choice(["", "", "Tanh", "reverse"])
            if between == "Tanh":
                self.add("Tanh", [self.value])
            elif between == "reverse":
                ends = [self.constant(f"{self.value}_{name}", [number]) for name, number in
                        (("start", -1), ("end", np.iinfo(np.int64).min), ("axis", 0), ("step", -1))]
                self.add("Slice", [self.value, *ends])
        self.add("MatMul", [self.value, self.weight("dense", (self.width, 3))], "o")

    def add(self, op, inputs, output=None, **attributes):
        self.value = output or f"value{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, inputs, [self.value], **attributes))

    def weight(self, name, shape):
        numbers = (self.random.standard_normal(shape) * 0.2).astype(np.float32)
        self.weights.append(numpy_helper.from_array(numbers, name))
        return name

    def constant(self, name, numbers, dtype=np.int64):
        self.weights.append(numpy_helper.from_array(np.array(numbers, dtype), name))
        return name

    def add_scan(self, name):
        batch, hidden = self.batch, self.hidden
        w, u = self.weight(f"{name}_w", (self.width, hidden)), self.weight(f"{name}_u", (hidden, hidden))
        initial = self.constant(f"{name}_initial", np.zeros((batch, hidden)), np.float32)
        activation = str(self.random.choice(["Tanh", "Sigmoid", "Softsign"]))
        body = helper.make_graph(
            [helper.make_node("MatMul", ["x_t", w], ["a"]), helper.make_node("MatMul", ["h", u], ["b"]),
             helper.make_node("Add", ["a", "b"], ["sum"]), helper.make_node(activation, ["sum"], ["next"]),
             helper.make_node("Mul", ["next", "next"], ["y_t"])],
            "body", [float_info("h", [batch, hidden]), float_info("x_t", [batch, self.width])],
            [float_info("next", [batch, hidden]), float_info("y_t", [batch, hidden])])
        ways = self.random.integers(0, 2, 2).tolist()
        self.nodes.append(helper.make_node(
            "Scan", [initial, self.value], [f"{name}_last", f"{name}_y"], num_scan_inputs=1, body=body,
            scan_input_directions=ways[:1], scan_output_directions=ways[1:]))
        self.value, self.width = f"{name}_y", hidden

    def add_recurrent_op(self, name):
        op = str(self.random.choice(["LSTM", "GRU", "RNN"]))
        direction = str(self.random.choice(["forward", "reverse", "bidirectional"]))
        ways, gates = 1 + (direction == "bidirectional"), {"LSTM": 4, "GRU": 3, "RNN": 1}[op]
        hidden, inputs = self.hidden, [self.value]
        inputs.append(self.weight(f"{name}_W", (ways, gates * hidden, self.width)))
        inputs.append(self.weight(f"{name}_R", (ways, gates * hidden, hidden)))
        inputs.append(self.weight(f"{name}_B", (ways, 2 * gates * hidden)))
        if self.random.random() < 0.4:
            lengths = self.random.integers(1, self.steps + 1, self.batch)
            inputs.append(self.constant(f"{name}_lengths", lengths, np.int32))
        own = {"linear_before_reset": int(self.random.integers(0, 2))} if op == "GRU" else {}
        self.add(op, inputs, hidden_size=hidden, direction=direction, name=name, **own)
        self.add("Transpose", [self.value], perm=[0, 2, 1, 3])
        self.width = ways * hidden
        shape = self.constant(f"{name}_shape", [self.steps, self.batch, self.width])
        self.add("Reshape", [self.value, shape])

    def model(self):
        graph = helper.make_graph(self.nodes, "stack", [float_info("x", self.input_shape)],
                                  [float_info("o", [self.steps, self.batch, 3])], self.weights)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def run(backstep, model, data, results, memory, threads):
    """The arrays that a run saves, by name; a text where it fails."""
    command = [backstep, "run", model, "--inputs", data, "--save", results, "--threads", threads]
    done = subprocess.run(command + (["--memory", memory] if memory else []),
                          capture_output=True, text=True)
    if done.returncode != 0:
        return f"exit code {done.returncode}: {done.stdout}{done.stderr}"
    with np.load(results) as saved:
        return {name: saved[name] for name in saved.files if saved[name].dtype == np.float32}


def differences(found, wanted, tolerance):
    for name, array in wanted.items():
        largest = max(np.abs(array).max(initial=0), 1e-12)
        distance = np.abs(found[name] - array).max(initial=0) / largest
        if not distance <= tolerance:
            yield f"{name}: {distance:.2g} of the largest element"


def check(backstep, folder, seed):
    """What is wrong, a line each."""
    stack = Stack(seed)
    model = stack.model()
    path, data, results = (str(folder / f"recurrence_{seed}{end}")
                           for end in (".onnx", ".in.npz", ".out.npz"))
    onnx.save(model, path)
    x = stack.random.standard_normal(stack.input_shape).astype(np.float32)
    np.savez(data, x=x, target=np.zeros((stack.steps, stack.batch, 3), np.float32))
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    outputs = {"output:o": session.run(None, {"x": x})[0]}
    gradients = None
    for memory, threads in itertools.product(MEMORY, THREADS):
        setting = f"seed {seed}, memory {memory or 'all'}, {threads} threads"
        found = run(backstep, path, data, results, memory, threads)
        if isinstance(found, str):
            yield f"{setting}: {found}"
            continue
        if gradients is None:
            gradients = {name: array for name, array in found.items() if name.startswith("grad:")}
            assert gradients, "a run saves gradients"
        for difference in itertools.chain(differences(found, outputs, OUTPUT_TOLERANCE),
                                          differences(found, gradients, GRADIENT_TOLERANCE)):
            yield f"{setting}: {difference}"


def main():
    backstep, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    first, last = (int(text) for text in sys.argv[3:5]) if len(sys.argv) > 3 else (1, 12)
    folder.mkdir(parents=True, exist_ok=True)
    wrong = [line for seed in range(first, last + 1) for line in check(backstep, folder, seed)]
    print("\n".join(wrong))
    runs = (last - first + 1) * len(MEMORY) * len(THREADS)
    print(f"long recurrences: {runs} runs, {len(wrong)} differences")
    sys.exit(bool(wrong))


main()

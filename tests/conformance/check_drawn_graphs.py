"""Graphs drawn at random: ops on what reversed, transposed, repeated and thinned-out views show.

Use: check_drawn_graphs.py BACKSTEP FOLDER [FIRST_SEED LAST_SEED]   Needs: tests/requirements.txt

Kernels read views as they lie in memory, so that what is right for a dense tensor may be wrong for
another one. ONNX Runtime gives the outputs, and the gradients from the training graph that
`backstep convert --training-graph` writes: float32 with helper ops as functions, float64 inlined.
"""

import pathlib
import subprocess
import sys

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

FORMS = {"float64": ["--inline"], "float32": []}
TOLERANCE = {"float32": 5e-4, "float64": 1e-9}  # of the largest element of an array
NOISE = 1e-14  # some 50 roundings of 1: what is left of such terms where they cancel
LEAST = np.iinfo(np.int64).min
MOST_ELEMENTS = 20_000


class Drawing:
    """A chain of ops from x to o, none of which asks for a shape that is not there."""

    def __init__(self, seed):
        self.random = np.random.default_rng(seed)
        self.nodes, self.constants = [], []
        self.shape = [int(n) for n in self.random.choice([1, 2, 3, 5, 17, 40], self.random.integers(2, 4))]
        self.input_shape, self.value = list(self.shape), "x"
        ops = [self.multiply, self.multiply_by_itself, self.multiply_batches, self.gemm, self.reduce,
               self.normalize, self.accumulate, self.concatenate, self.gather, self.choose, self.einsum,
               self.pad, self.split, self.activate]
        self.look()
        for _ in range(self.random.integers(1, 4)):
            if np.prod(self.shape) < MOST_ELEMENTS:
                self.one_of(ops)()
                self.look()
        self.add("Tanh", [self.value], output="o")

    def one_of(self, choices):
        return choices[self.random.integers(len(choices))]

    def axis(self):
        return int(self.random.integers(len(self.shape)))

    def add(self, op, inputs, output=None, **attributes):
        self.value = output or f"value{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, inputs, [self.value], name=f"op{len(self.nodes)}", **attributes))
        return self.value

    def constant(self, numbers, dtype=np.int64):
        name = f"constant{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.array(numbers, dtype), name))
        return name

    def weight(self, *shape):
        return self.constant(self.random.standard_normal(shape) / 3, np.float32)

    def reversed(self, value, axis, stride=-1):
        ends = (self.constant([n]) for n in ((-1, LEAST) if stride < 0 else (0, np.iinfo(np.int64).max)))
        start, end = ends
        return self.add("Slice", [value, start, end, self.constant([axis]), self.constant([stride])])

    # Views: they give other strides to the same elements.

    def look(self):
        for _ in range(self.random.integers(3)):
            self.one_of([self.reverse, self.thin_out, self.transpose, self.repeat, self.join_axes])()

    def reverse(self):
        self.reversed(self.value, self.axis())

    def thin_out(self):
        axis, stride = self.axis(), self.one_of([2, -2])
        self.reversed(self.value, axis, stride)
        self.shape[axis] = (self.shape[axis] + 1) // 2

    def transpose(self):
        order = [int(axis) for axis in self.random.permutation(len(self.shape))]
        self.add("Transpose", [self.value], perm=order)
        self.shape = [self.shape[axis] for axis in order]

    def repeat(self):
        if len(self.shape) < 4:
            self.shape.insert(0, int(self.random.integers(1, 5)))
            self.add("Expand", [self.value, self.constant(self.shape)])

    def join_axes(self):
        if len(self.shape) > 2:
            axis = int(self.random.integers(len(self.shape) - 1))
            self.shape[axis:axis + 2] = [self.shape[axis] * self.shape[axis + 1]]
            self.add("Reshape", [self.value, self.constant(self.shape)])

    # Ops.

    def multiply(self):
        columns = int(self.one_of([1, 3, 20, 33]))
        self.add("MatMul", [self.value, self.weight(self.shape[-1], columns)])
        self.shape[-1] = columns

    def multiply_by_itself(self):
        left, order = self.value, list(range(len(self.shape)))
        order[-1], order[-2] = order[-2], order[-1]
        self.add("MatMul", [left, self.add("Transpose", [left], perm=order)])
        self.shape[-1] = self.shape[-2]

    def multiply_batches(self):
        if len(self.shape) == 3:
            left, columns = self.value, int(self.one_of([2, 20]))
            matrices = self.weight(self.shape[0], self.shape[-1], columns)
            self.add("MatMul", [left, self.reversed(matrices, 0)])
            self.shape[-1] = columns

    def gemm(self):
        if len(self.shape) == 2:
            flips = [int(flip) for flip in self.random.integers(0, 2, 2)]
            rows, inner = self.shape[::-1] if flips[0] else self.shape
            columns = int(self.one_of([3, 40]))
            b = self.weight(columns, inner) if flips[1] else self.weight(inner, columns)
            self.add("Gemm", [self.value, b, self.weight(columns)], transA=flips[0], transB=flips[1],
                     alpha=0.5, beta=2.0)
            self.shape = [rows, columns]

    def reduce(self):
        axis, keeps = self.axis(), int(self.random.integers(2) or len(self.shape) == 2)
        op = self.one_of(["ReduceSum", "ReduceMean", "ReduceMax", "ReduceL2", "ReduceProd", "ReduceLogSumExp"])
        if op == "ReduceSum":
            self.add(op, [self.value, self.constant([axis])], keepdims=keeps)
        else:
            self.add(op, [self.value], axes=[axis], keepdims=keeps)
        self.shape[axis:axis + 1] = [1] * keeps

    def normalize(self):
        op = self.one_of(["Softmax", "LogSoftmax", "LpNormalization", "LayerNormalization"])
        if op == "LayerNormalization":
            self.add(op, [self.value, self.weight(self.shape[-1])], axis=-1)
        else:
            self.add(op, [self.value], axis=self.axis())

    def accumulate(self):
        ways = self.random.integers(0, 2, 2)
        self.add("CumSum", [self.value, self.constant(self.axis())], reverse=int(ways[0]),
                 exclusive=int(ways[1]))

    def concatenate(self):
        axis, part = self.axis(), self.value
        self.add("Concat", [part, self.reversed(part, axis), part], axis=axis)
        self.shape[axis] *= 3

    def gather(self):
        axis = self.axis()
        picks = self.random.integers(-self.shape[axis], self.shape[axis], self.random.integers(1, 6))
        self.add("Gather", [self.value, self.constant(picks)], axis=axis)
        self.shape[axis] = len(picks)

    def choose(self):
        x = self.value
        isLarge, square = self.add("Greater", [x, self.constant(0.1, np.float32)]), self.add("Mul", [x, x])
        self.add("Where", [isLarge, x, square])

    def einsum(self):
        if len(self.shape) == 3:
            result = self.one_of(["bad", "dab", "bd"])
            sizes = dict(zip("abcd", [*self.shape, 7]))
            self.add("Einsum", [self.value, self.weight(self.shape[2], 7)], equation=f"abc,cd->{result}")
            self.shape = [sizes[letter] for letter in result]

    def pad(self):
        axes = len(self.shape)
        self.add("Pad", [self.value, self.constant([1] * axes + [2] * axes)],
                 mode=self.one_of(["constant", "edge"]))
        self.shape = [size + 3 for size in self.shape]

    def split(self):
        axis = self.axis()
        first = self.shape[axis] // 2
        if first > 0:
            rest = self.shape[axis] - first
            outputs = [f"value{len(self.nodes)}_{part}" for part in range(2)]
            self.nodes.append(helper.make_node("Split", [self.value, self.constant([first, rest])], outputs,
                                               name=f"op{len(self.nodes)}", axis=axis))
            self.value, self.shape[axis] = outputs[1], rest

    def activate(self):
        self.add(self.one_of(["Tanh", "Sigmoid", "Softsign"]), [self.value])

    def model(self):
        graph = helper.make_graph(
            self.nodes, "drawn", [helper.make_tensor_value_info("x", TensorProto.FLOAT, self.input_shape)],
            [helper.make_tensor_value_info("o", TensorProto.FLOAT, self.shape)], self.constants)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def call(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{command[1]}: exit code {done.returncode}: {done.stdout}{done.stderr}")


def computed(path, feeds):
    """All outputs that ONNX Runtime computes, by name."""
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return dict(zip([output.name for output in session.get_outputs()], session.run(None, feeds)))


def differences(found, wanted, precise, dtype):
    """Float32 may be as far from ONNX Runtime's as that is from its float64, a few times over."""
    for name, array in wanted.items():
        largest = np.abs(array).max(initial=0)
        distance = np.abs(found[name] - array).max(initial=0)
        rounding = np.abs(precise.get(name, array) - array).max(initial=0)
        if not distance <= max(TOLERANCE[dtype] * largest, 4 * rounding, NOISE):
            yield f"{dtype}, {name}: {distance:.2g} of {largest:.2g}"


def check(backstep, folder, seed):
    """What is wrong, a line each."""
    drawing = Drawing(seed)
    model, x = drawing.model(), drawing.random.standard_normal(drawing.input_shape)
    path, data, training, results = (folder / f"drawn_{seed}{end}" for end in
                                     (".onnx", ".in.npz", ".training.onnx", ".out.npz"))
    onnx.save(model, path)
    target = np.zeros(drawing.shape)
    np.savez(data, x=x.astype(np.float32), target=target.astype(np.float32))
    x = x.astype(np.float32)
    precise = {}
    for dtype, form in FORMS.items():
        options = ["--dtype", dtype, "--loss", "mse", "--inputs", data]
        call(backstep, "convert", path, training, "--training-graph", *form, *options)
        onnx.checker.check_model(onnx.load(training), full_check=True)
        call(backstep, "run", path, "--save", results, *options)
        outside = computed(training, {"x": x.astype(dtype), "target": target.astype(dtype)})
        with np.load(results) as saved:
            found = {name: saved[name] for name in saved.files}
        wanted = {f"grad:{name[:-5]}": array for name, array in outside.items() if name.endswith(".grad")}
        wanted = {name: array for name, array in wanted.items() if name in found}
        if dtype == "float32":
            wanted["output:o"] = computed(path, {"x": x})["o"]
        yield from differences(found, wanted, precise, dtype)
        precise = precise or wanted


def main():
    backstep, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    first, last = (int(text) for text in sys.argv[3:5]) if len(sys.argv) > 3 else (1, 120)
    folder.mkdir(parents=True, exist_ok=True)
    onnxruntime.set_default_logger_severity(3)
    wrong = []
    for seed in range(first, last + 1):
        try:
            wrong += [f"seed {seed}, {line}" for line in check(backstep, folder, seed)]
        except Exception as refusal:  # each library has kinds of its own
            wrong.append(f"seed {seed}: {str(refusal)[:500]}")
    print("\n".join(wrong))
    print(f"drawn graphs: {last - first + 1}, {len(wrong)} differences")
    sys.exit(bool(wrong))


main()

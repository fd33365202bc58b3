"""Ops with a gradient of their own, to be written as code for every framework.

A row: name, ONNX op, attributes, operands, gradient, and what else is asked for. An operand is a
list of sizes (an input), an array (a constant) or a pair of sizes and a dtype. `isSame` names the
frameworks whose own gradient is the same, so that nothing fails without the fix.
"""

import dataclasses

import numpy as np

ALL = ("tensorflow", "pytorch", "jax")


@dataclasses.dataclass
class Case:
    name: str
    op: str
    operands: list
    gradient: str
    attributes: dict = dataclasses.field(default_factory=dict)
    outputs: tuple = ("float",)
    domain: str = ""
    forward: str = ""
    isSame: tuple = ()
    shapes: tuple = ()  # of the outputs, where the op is foreign


@dataclasses.dataclass
class Insertion:
    """An LSTM that does not take its input X: what is put before it."""
    name: str
    sizes: list
    dtype: str
    fix: int = 1
    texts: tuple = ()  # known beforehand: X is a constant of the file
    features: int = 8  # that the layer takes


@dataclasses.dataclass
class Forward:
    """What is computed in the place of an op; its gradient is the framework's own."""
    name: str
    op: str
    operands: list
    forward: str = ""
    fix: str = ""  # of the library, in place of a text
    outputs: tuple = ("float",)
    attributes: dict = dataclasses.field(default_factory=dict)
    domain: str = ""
    shapes: tuple = ()


FORWARDS = [
    Forward("soft sign", "Sign", [[2, 7]], fix="soft-sign:4"),
    Forward("straight through", "Sign", [[2, 7]], "x + tf.stop_gradient(tf.sign(x) - x)"),
    Forward("a cut in a product", "Round", [[2, 7]], "x * tf.stop_gradient(x) + x"),
    Forward("of two operands", "Max", [[3, 5], [3, 5]],
            "torch.logaddexp(4 * x0, 4 * x1) / 4"),
    Forward("an op that nobody knows", "TruncateMod", [[3, 5], [3, 5]],
            "x0 - x1 * torch.floor(x0 / x1)", domain="com.acme", shapes=([3, 5],)),
]

INSERTIONS = [
    Insertion("characters and an Embedding", [2], "string"),
    Insertion("words and an Embedding", [2], "string", fix=2),
    Insertion("words of every timestep", [5, 3], "string"),
    Insertion("one-hot vectors", [2], "string", fix=3),
    Insertion("one-hot vectors of every timestep", [5, 3], "string", fix=2),
    Insertion("texts as numbers", [4], "string", fix=4, texts=("1.5", "-2", "0.25", "3e2"),
              features=1),
    Insertion("texts of every timestep as numbers", [2, 3], "string", fix=3,
              texts=("1", "2", "3", "-4", "0.5", "6e-1"), features=1),
    Insertion("a cast", [5, 3, 8], "int64"),
    Insertion("a batch of one", [5, 8], "float"),
    Insertion("features before the timesteps", [5, 8, 3], "float"),
]


def ints(*values):
    return np.array(values, np.int64)


def floats(*values):
    return np.array(values, np.float32)


TANH = "dy * (1 - tf.math.tanh(x)**2)"

CASES = [
    # Surrogates for ops that are flat.
    Case("sign, gradient of tanh", "Sign", [[3, 5]], TANH),
    Case("sign, straight through", "Sign", [[3, 5]], "dy"),
    Case("sign, clipped", "Sign", [[3, 5]], "dy * (torch.abs(x) <= 1).float()"),
    Case("sign, triangle", "Sign", [[3, 5]], "dy * torch.clamp(1 - x.abs(), min=0)"),
    Case("sign, sigmoid of 4x", "Sign", [[3, 5]],
         "s = jax.nn.sigmoid(4 * x)\ndx = dy * 4 * s * (1 - s)"),
    Case("sign, float64", "Sign", [([3, 5], "double")], "dy * jnp.exp(-x**2)", outputs=("double",)),
    Case("round, straight through", "Round", [[4, 3]], "dy"),
    Case("round, soft", "Round", [[4, 3]], "dy * (1 + 0.5 * np.cos(2 * np.pi * x))"),
    Case("floor", "Floor", [[4, 3]], "dy * keras.ops.sigmoid(x)"),
    Case("ceil", "Ceil", [[4, 3]], "dy * jax.nn.softplus(x)"),
    Case("hardmax, of softmax", "Hardmax", [[4, 6]],
         "s = tf.nn.softmax(x, axis=-1)\ndx = s * (dy - tf.reduce_sum(dy * s, axis=-1, "
         "keepdims=True))"),
    Case("argmax, soft", "ArgMax", [[4, 6]],
         "s = torch.softmax(x, dim=-1)\ndx = s * dy.unsqueeze(-1)",
         {"axis": -1, "keepdims": 0}, outputs=("int64",)),
    Case("argmax, kept axis", "ArgMax", [[4, 6]], "dy * tf.nn.softmax(x)", {"axis": 1},
         outputs=("int64",)),
    Case("cast to integer", "Cast", [[4, 3]], "dy", {"to": 7}, outputs=("int64",)),
    Case("greater, as a value", "Greater", [[4, 3], [4, 3]],
         "dA = dy * torch.sigmoid(A - B) * torch.sigmoid(B - A), dB = None", outputs=("bool",)),
    # Another gradient than the op's own.
    Case("tanh, of seed 3", "Tanh", [[2, 7]], "dy * tf.math.exp(-x**2)"),
    Case("tanh, by its value", "Tanh", [[2, 7]], "dy * (1 - y * y)", isSame=ALL),
    Case("relu, leaky", "Relu", [[2, 7]], "dy * tf.where(x > 0, 1.0, 0.1)"),
    Case("relu, where of numbers", "Relu", [[2, 7]], "np.where(x > 0, 1., 0.2) * dy"),
    Case("sigmoid", "Sigmoid", [[2, 7]], "dy * torch.minimum(y, 1 - y)"),
    Case("leaky relu", "LeakyRelu", [[2, 7]], "dy * 2.0", {"alpha": 0.2}),
    Case("elu", "Elu", [[2, 7]], "torch.where(x > 0, dy, 3 * dy * torch.exp(x))", {"alpha": 0.7}),
    Case("softplus", "Softplus", [[2, 7]], "dy * torch.tanh(x)"),
    Case("exp, bounded", "Exp", [[2, 7]], "dy * torch.clamp(y, max=2.0)"),
    Case("log", "Log", [[2, 7]], "dy / (x + 0.1)"),
    Case("sqrt", "Sqrt", [[2, 7]], "dy * 0.5 / (y + 1e-3)"),
    Case("acosh", "Acosh", [[2, 7]], "dy * tf.math.log1p(x)"),
    Case("asin", "Asin", [[2, 7]], "dy * jnp.arcsin(x)**2"),
    Case("erf", "Erf", [[2, 7]], "dy * jnp.exp(-x**2) * 2.0"),
    Case("clip", "Clip", [[2, 7], floats(-0.5).reshape(()), floats(0.5).reshape(())], "dy"),
    Case("clip, below only", "Clip", [[2, 7], floats(-0.5).reshape(())], "dy * 0.25"),
    # Several inputs, broadcasting.
    Case("add, scaled", "Add", [[3, 5], [5]], "dA = dy, dB = 0.5 * dy"),
    Case("mul, one input alone", "Mul", [[3, 5], [3, 1]], "dA = dy * B, dB = None"),
    Case("sub, summed by name", "Sub", [[3, 5], [5]],
         "dA = 2 * dy, dB = -tf.reduce_sum(dy, axis=0)"),
    Case("div", "Div", [[3, 5], [3, 5]], "dA = dy / (B * B + 1), dB = -dy * A / (B * B + 1)"),
    Case("pow", "Pow", [[3, 5], floats(2).reshape(())], "dy * 3 * x"),
    Case("max", "Max", [[3, 5], [3, 5]],
         "s = torch.sigmoid(x0 - x1)\ndx0 = dy * s\ndx1 = dy * (1 - s)"),
    Case("where", "Where", [([3, 5], "bool"), [3, 5], [3, 5]],
         "torch.where(condition, dy, 0.0), torch.where(condition, 0.0, 2 * dy)"),
    # Products and reductions.
    Case("matmul", "MatMul", [[4, 6], [6, 3]], "dA = dy @ B.T, dB = 0.1 * (A.T @ dy)"),
    Case("matmul, stacked", "MatMul", [[2, 4, 6], [6, 3]],
         "dA = tf.matmul(dy, B, transpose_b=True), "
         "dB = tf.einsum('bij,bik->jk', A, tf.clip_by_value(dy, -0.1, 0.1))"),
    Case("gemm", "Gemm", [[4, 6], [3, 6], [3]],
         "dA = dy @ B, dB = dy.T @ A * 0.5, dC = dy.sum(0)", {"transB": 1, "alpha": 0.5}),
    Case("reduce sum", "ReduceSum", [[4, 6], ints(1)], "dy * torch.ones_like(x) * 2", {}),
    Case("reduce max, spread", "ReduceMax", [[4, 6], ints(1)],
         "dy * tf.nn.softmax(x, axis=1)", {"keepdims": 1}),
    Case("reduce mean, dropped axis", "ReduceMean", [[4, 6, 3], ints(0, 2)],
         "tf.reshape(dy, [1, -1, 1]) * tf.ones_like(x)", {"keepdims": 0}),
    Case("reduce prod", "ReduceProd", [[4, 3], ints(1)], "dy * (torch.zeros_like(x) + 1)"),
    Case("cumsum", "CumSum", [[4, 6], np.array(1, np.int64)], "torch.cumsum(dy, 1)",
         {"reverse": 1}, isSame=ALL),
    Case("cumsum, exclusive", "CumSum", [[4, 6], np.array(1, np.int64)], "dy", {"exclusive": 1}),
    Case("softmax", "Softmax", [[4, 6]], "dy * y", {"axis": -1}),
    Case("log softmax", "LogSoftmax", [[4, 6]], "dy - 0.5 * jnp.exp(y)", {"axis": -1}),
    # Moving elements, looking them up.
    Case("transpose, scaled", "Transpose", [[3, 5]], "2 * dy.T", {"perm": [1, 0]}),
    Case("transpose, of three", "Transpose", [[2, 3, 5]], "3 * torch.permute(dy, (1, 2, 0))",
         {"perm": [2, 0, 1]}),
    Case("reshape", "Reshape", [[4, 6], ints(2, 12)], "tf.reshape(dy, tf.shape(x)) * 0.5"),
    Case("concat", "Concat", [[3, 2], [3, 4]], "dx0 = 2 * dy[:, :2], dx1 = 3 * dy[:, 2:]",
         {"axis": 1}),
    Case("split, two outputs", "Split", [[3, 6], ints(2, 4)],
         "torch.cat([dy0, 0.5 * dy1], dim=1)", {"axis": 1}, outputs=("float", "float")),
    Case("slice", "Slice", [[3, 6], ints(1), ints(5), ints(1)],
         "tf.concat([tf.zeros([3, 1]), 2 * dy, tf.zeros([3, 1])], axis=1)"),
    Case("gather", "Gather", [[6, 3], ints(0, 2, 2)], "tf.zeros_like(x) + tf.reduce_sum(dy)",
         {"axis": 0}),
    Case("top k", "TopK", [[3, 6], ints(2)],
         "dx = tf.zeros_like(x) + tf.reduce_sum(dy0, axis=-1, keepdims=True)",
         {"axis": -1}, outputs=("float", "int64")),
    Case("identity, reversed", "Identity", [[3, 5]], "-dy"),
    Case("identity, by the batch", "Identity", [[3, 5]], "dy / x.shape[0]"),
    Case("identity, flipped", "Identity", [[3, 5]], "dy[:, ::-1]"),
    # Ops that only the user knows.
    Case("foreign, forward given", "HeavisideStep", [[3, 5]],
         "dy * torch.sigmoid(x) * (1 - torch.sigmoid(x))",
         domain="com.acme", forward="torch.where(x > 0, 1.0, 0.0)", shapes=([3, 5],)),
    Case("foreign, whole function", "my.quantize", [[3, 5]],
         "@tf.custom_gradient\ndef q(x):\n    y = tf.round(x * 4.0) / 4.0\n"
         "    def grad(dy):\n        return dy * tf.cast(tf.abs(x) < 1.5, tf.float32)\n"
         "    return y, grad\n", domain="com.acme", shapes=([3, 5],)),
    Case("foreign, two inputs", "TruncateMod", [[3, 5], [3, 5]], "dx0 = dy, dx1 = -dy",
         domain="com.acme", forward="torch.fmod(x0, x1)", shapes=([3, 5],)),
]

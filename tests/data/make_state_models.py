"""Writes models/states: an LSTM, one op that stops its gradient in one way, a Dense layer.

    python make_state_models.py FOLDER       (onnx 1.23, numpy; fixed seed)
"""
import sys

import numpy as np
import onnx
from onnx import TensorProto as T, helper as H, numpy_helper as N

STEPS, BATCH, INPUTS, HIDDEN, OUTPUTS = 5, 2, 4, 6, 3
HIDDEN_TYPE = H.make_tensor_value_info("z", T.FLOAT, [STEPS, BATCH, HIDDEN])


def write(folder, name, middle, types=(), domains=()):
    """`middle` goes from 'h', what the LSTM gives, to 'z', what the Dense layer gets."""
    random = np.random.default_rng(1)

    def weight(path, *sizes):
        return N.from_array((random.normal(size=sizes) * 0.3).astype(np.float32), path)

    weights = [
        N.from_array(np.array([1], np.int64), "axes"),
        weight("lstm/W", 1, 4 * HIDDEN, INPUTS),
        weight("lstm/R", 1, 4 * HIDDEN, HIDDEN),
        weight("lstm/B", 1, 8 * HIDDEN),
        weight("dense/kernel", HIDDEN, OUTPUTS),
        weight("dense/bias", OUTPUTS),
    ]
    nodes = [
        H.make_node("LSTM", ["x", "lstm/W", "lstm/R", "lstm/B"], ["lstm/Y"], name="lstm/LSTM",
                    hidden_size=HIDDEN),
        H.make_node("Squeeze", ["lstm/Y", "axes"], ["h"], name="lstm/Squeeze"),
        *middle,
        H.make_node("MatMul", ["z", "dense/kernel"], ["m"], name="dense/MatMul"),
        H.make_node("Add", ["m", "dense/bias"], ["y"], name="dense/Add"),
    ]
    graph = H.make_graph(nodes, name,
                         [H.make_tensor_value_info("x", T.FLOAT, [STEPS, BATCH, INPUTS])],
                         [H.make_tensor_value_info("y", T.FLOAT, [STEPS, BATCH, OUTPUTS])],
                         weights, value_info=list(types))
    opsets = [H.make_opsetid("", 17)] + [H.make_opsetid(domain, 1) for domain in domains]
    onnx.save(H.make_model(graph, opset_imports=opsets, ir_version=8), f"{folder}/{name}.onnx")


def main(folder):
    gate = dict(name="gate/FancyGate", domain="com.acme")
    write(folder, "blocked", [H.make_node("FancyGate", ["h"], ["z"], **gate)], [HIDDEN_TYPE],
          ["com.acme"])
    write(folder, "incomplete",
          [H.make_node("FancyGate", ["h"], ["f"], **gate),
           H.make_node("Add", ["f", "h"], ["z"], name="skip/Add")],
          [H.make_tensor_value_info("f", T.FLOAT, [STEPS, BATCH, HIDDEN])], ["com.acme"])
    write(folder, "lost",
          [H.make_node("Cast", ["h"], ["i"], name="quant/Cast", to=T.INT32),
           H.make_node("Cast", ["i"], ["z"], name="quant/Cast_1", to=T.FLOAT)])
    # the body of the function was not exported, and no type of its result
    write(folder, "custom_lost",
          [H.make_node("my_custom_op", ["h"], ["z"], name="my_layer/my_custom_op",
                       domain="ai.custom")], [], ["ai.custom"])
    # the Cast does not know what type it gets
    write(folder, "cast_behind_unknown",
          [H.make_node("FancyGate", ["h"], ["u"], **gate),
           H.make_node("Cast", ["u"], ["z"], name="gate/Cast", to=T.FLOAT)], [], ["com.acme"])


if __name__ == "__main__":
    main(sys.argv[1])

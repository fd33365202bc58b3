"""Writes every case of fix_cases.py as code for each framework.

Use: write_modules.py BACKSTEP FOLDER: makes FOLDER/<framework>/<number>.py, and
FOLDER/<framework>/cases.json with their names. Needs the packages onnx and numpy.
"""

import json
import pathlib
import subprocess
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from fix_cases import ALL, CASES, FORWARDS, INSERTIONS

TYPES = {"float": TensorProto.FLOAT, "double": TensorProto.DOUBLE, "bool": TensorProto.BOOL,
         "int64": TensorProto.INT64, "string": TensorProto.STRING}


def model_of(case):
    names, inputs, constants = [], [], []
    for place, operand in enumerate(case.operands):
        names.append(f"in{place}")
        if isinstance(operand, np.ndarray):
            constants.append(numpy_helper.from_array(operand, names[-1]))
            continue
        sizes, dtype = operand if isinstance(operand, tuple) else (operand, "float")
        inputs.append(helper.make_tensor_value_info(names[-1], TYPES[dtype], sizes))
    outputs = [f"out{place}" for place in range(len(case.outputs))]
    node = helper.make_node(case.op, names, outputs, name="op", domain=case.domain,
                            **case.attributes)
    results = [helper.make_tensor_value_info(name, TYPES[dtype],
                                             case.shapes[place] if case.shapes else None)
               for place, (name, dtype) in enumerate(zip(outputs, case.outputs))]
    graph = helper.make_graph([node], "case", inputs, results, constants)
    imports = [helper.make_opsetid("", 23)]
    if case.domain:
        imports.append(helper.make_opsetid(case.domain, 1))
    return helper.make_model(graph, opset_imports=imports, ir_version=10)


def lstm_of(insertion):
    weights = [numpy_helper.from_array(np.ones(sizes, np.float32), name)
               for name, sizes in (("W", (1, 16, insertion.features)), ("R", (1, 16, 4)))]
    x = helper.make_tensor_value_info("x", TYPES[insertion.dtype], insertion.sizes)
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, None)
    node = helper.make_node("LSTM", ["x", "W", "R"], ["y"], name="op", hidden_size=4)
    if insertion.texts:
        weights.append(helper.make_tensor("x", TensorProto.STRING, insertion.sizes,
                                          [text.encode() for text in insertion.texts]))
    inputs = [] if insertion.texts else [x]
    graph = helper.make_graph([node], "case", inputs, [y], weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 22)], ir_version=10)


def exports():
    """What is written: name, model, further options, and whether nothing fails without the fix in
    a framework: of what is put before an op, its own test says that the op takes it."""
    for case in CASES:
        options = ["--gradient", f"op={case.gradient}", "--accept-surrogate", "a test"]
        if case.forward:
            options += ["--forward", f"op={case.forward}"]
        yield case.name, model_of(case), options, case.isSame
    for forward in FORWARDS:
        options = (["--fix", f"op={forward.fix}"] if forward.fix
                   else ["--forward", f"op={forward.forward}"])
        yield forward.name, model_of(forward), options, ALL
    for insertion in INSERTIONS:
        yield insertion.name, lstm_of(insertion), ["--choice", str(insertion.fix)], ALL


def write(backstep, folder):
    wrong = 0
    for framework in ALL:
        place = folder / framework
        place.mkdir(parents=True, exist_ok=True)
        written = []
        for number, (name, content, options, same) in enumerate(exports()):
            model, module = folder / f"{number}.onnx", place / f"case_{number}.py"
            onnx.save(content, model)
            module.unlink(missing_ok=True)
            done = subprocess.run([backstep, "export", model, "--op", "op", "--to", framework, "-o",
                                   module, *options], capture_output=True, text=True)
            # 1: written, but not proven at the numbers that were drawn.
            if done.returncode not in (0, 1) or not module.exists():
                wrong += 1
                print(f"{framework}: {name}: exit code {done.returncode}: {done.stderr}")
                continue
            written.append({"name": name, "module": module.name, "is_same": framework in same})
        (place / "cases.json").write_text(json.dumps(written))
        print(f"{framework}: {len(written)} modules")
    return wrong


if __name__ == "__main__":
    sys.exit(1 if write(sys.argv[1], pathlib.Path(sys.argv[2])) else 0)

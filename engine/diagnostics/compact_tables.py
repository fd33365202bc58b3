#!/usr/bin/env python3
"""Makes the tables of resources/tables from the long ones that were probed out of the frameworks.

compact_tables.py FOLDER    with tf_gradients.tsv, torch_gradients.tsv, jax_gradients.tsv, onnx_ops.tsv in it
"""
import collections
import csv
import pathlib
import sys

TABLES = pathlib.Path(__file__).parents[2] / "resources" / "tables"
VERDICTS = ["rule", "zero", "none", "missing"]


def rows(folder, name):
    with open(pathlib.Path(folder) / name, encoding="utf-8") as file:
        file.readline()  # where the table comes from
        yield from csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)


def write(name, header, verdicts, lacks, says):
    """One line a verdict; `lacks`: inputs without a gradient; `says`: texts out of the ordinary."""
    with open(TABLES / name, "w", encoding="utf-8") as file:
        file.write("# " + header + "\n")
        for verdict in VERDICTS:
            ops = sorted(op for op, found in verdicts.items() if found == verdict)
            file.write(verdict + "\t" + " ".join(ops) + "\n")
        for op, positions in sorted(lacks.items()):
            file.write(f"lacks\t{op}\t{' '.join(map(str, positions))}\n")
        for op, text in sorted(says.items()):
            file.write(f"says\t{op}\t{text}\n")


def tensorflow(folder):
    verdicts, lacks, says = {}, {}, {}
    for row in rows(folder, "tf_gradients.tsv"):
        op, gradient, probe = row["op"], row["gradient"], row["probe_verdict"]
        verdict = {"registered": "rule", "not_differentiable": "none", "missing": "missing"}[gradient]
        if verdict == "rule" and probe in ("all_none", "all_zero"):
            verdict = probe[4:]
        if probe == "some_zero_or_none":
            inputs = row["inputs"].split(",")
            without = [part.split("=")[0] for part in row["probe_detail"].split(";") if part.endswith("=none")]
            if without:
                lacks[op] = [inputs.index(each) for each in without]
        verdicts[op] = verdict
    verdicts["PreventGradient"] = "missing"
    says["PreventGradient"] = "LookupError: Gradient explicitly disabled."
    write("tensorflow_gradients.tsv",
          "TensorFlow 2.21.0, CPU, read from its op and gradient registries, probed with GradientTape",
          verdicts, lacks, says)


def pytorch(folder):
    kinds = {"differentiable": "rule", "differentiable_partly": "rule", "composite": "rule",
             "zero_gradient": "zero", "non_differentiable_output": "none", "integer_only": "none",
             "no_tensor_input": "none", "non_differentiable_input": "none",
             "not_implemented": "missing", "no_entry_unprobed": "missing"}
    found, lacks, says = collections.defaultdict(dict), {}, {}
    for row in rows(folder, "torch_gradients.tsv"):
        op = row["aten_op"].removeprefix("aten::")
        found[op][row["overload"]] = kinds[row["class"]]
        inputs = row["per_input"].split()
        if row["class"] == "differentiable_partly" and row["kind"] == "functional":
            positions = [i for i, each in enumerate(inputs) if each.endswith("=not_implemented")]
            if op in ("igamma", "igammac", "special_zeta"):  # listed in the order of their inputs
                lacks[op] = positions
        text = row["probe_text"]
        if row["probe"] == "raises" and text.startswith("the derivative"):
            says[op] = "NotImplementedError: " + text
        elif row["probe"] == "raises" and kinds[row["class"]] == "missing" and op not in text:
            says[op] = "RuntimeError: " + text
    verdicts = {}
    for op, overloads in found.items():
        # A name alone stands for its most common overload; those that differ get their own entry.
        usual = overloads.get("default") or overloads.get("Tensor")
        usual = usual or collections.Counter(overloads.values()).most_common(1)[0][0]
        verdicts[op] = usual
        for overload, verdict in overloads.items():
            if verdict != usual:
                verdicts[f"{op}.{overload}"] = verdict
    write("pytorch_gradients.tsv",
          "PyTorch 2.15.0, from its derivative tables, settled by a live probe on the CPU in float64",
          verdicts, lacks, says)


def jax(folder):
    kinds = {"differentiable": "rule", "special": "rule", "zero_gradient": "zero",
             "integer_only": "none", "no_float_input": "none", "missing": "missing"}
    # The probe asked for all inputs at once: these raise for some of them alone, as their texts say.
    lacks = {"polygamma": [0], "regularized_incomplete_beta": [0, 1]}
    verdicts, says = {}, {}
    for row in rows(folder, "jax_gradients.tsv"):
        op = row["primitive"]
        verdicts[op] = kinds[row["class"]]
        if row["class"] == "differentiable" and row["probe"] == "raises":
            verdicts[op] = "rule" if op in lacks else "missing"
            says[op] = row["text"]
    write("jax_gradients.tsv", "JAX 0.10.2, CPU, from its tables of JVP and transpose rules, probed on float32",
          verdicts, lacks, says)


def onnx(folder):
    with open(TABLES / "onnx_ops.tsv", "w", encoding="utf-8") as file:
        file.write("# ONNX 1.23.2, opset 28, domain ai.onnx: op, how it differentiates, and the functions of "
                   "TensorFlow, PyTorch (aten) and JAX that it is nearest to, set by hand\n")
        for row in rows(folder, "onnx_ops.tsv"):
            file.write("\t".join([row["op"], row["differentiable"], row["tf"], row["aten"], row["jax"]]) + "\n")


if __name__ == "__main__":
    for make in (tensorflow, pytorch, jax, onnx):
        make(sys.argv[1])

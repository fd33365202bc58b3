#!/usr/bin/env python3
"""Writes the node cases of the PyPI package onnx, which ships them as Python code, as files.

Use: write_onnx_cases.py OUT      Needs: PyPI onnx (tests/requirements.txt). Takes about 20 s.
Layout: OUT/node/NAME/model.onnx and test_data_set_N/input_K.pb, output_K.pb, as in libonnx-testdata.
"""
import pathlib
import sys

import onnx
from onnx import numpy_helper
from onnx.backend.test.loader import load_node_model_tests


def message(value, kind, name):
    """The protobuf message of one input or output, by the type that the graph declares."""
    if hasattr(value, 'SerializeToString'):
        return value
    which = kind.WhichOneof('value')
    if which == 'sequence_type':
        return numpy_helper.from_list(value, name)
    if which == 'optional_type':
        return numpy_helper.from_optional(value, name)
    if which == 'map_type':
        return numpy_helper.from_dict(value, name)
    return numpy_helper.from_array(value, name)


def write(case, folder):
    folder.mkdir(parents=True, exist_ok=True)
    graph = case.model.graph
    (folder / 'model.onnx').write_bytes(case.model.SerializeToString())
    for number, (inputs, outputs) in enumerate(case.data_sets):
        data = folder / f'test_data_set_{number}'
        data.mkdir(exist_ok=True)
        for word, values, declared in (('input', inputs, graph.input), ('output', outputs, graph.output)):
            for index, (value, info) in enumerate(zip(values, declared)):
                (data / f'{word}_{index}.pb').write_bytes(
                    message(value, info.type, info.name).SerializeToString())


def main():
    out = pathlib.Path(sys.argv[1])
    made_for = out / 'made-for'
    if made_for.exists() and made_for.read_text() == onnx.__version__:
        return
    cases = load_node_model_tests()
    for case in cases:
        write(case, out / 'node' / case.name)
    made_for.write_text(onnx.__version__)
    print(f'{len(cases)} cases of onnx {onnx.__version__} written')


main()

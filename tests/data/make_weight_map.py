#!/usr/bin/env python3
"""Writes models/weights.tsv: where each framework weight lies in the initializers of each file.

Use: make_weight_map.py     Needs: tests/requirements.txt

Exporters rename, transpose, reorder gates, join biases and directions, and fold a bias into a
constant. The place is found by content: the weights of reference.npz against the file's own
initializers, bit by bit. Gradients are not looked at. A weight that no initializer holds has no row.

Columns: file, weight, part, initializer, order, moves.
  part    k/n: the k-th of n equal blocks of the initializer (directions, input and recurrent bias)
  order   the gate blocks in the framework's order; - for as they are
  moves   T: transposed; rows: all rows hold the weight, so its gradient is their sum;
          zero: the framework has no such weight, the file holds zeros beside one, and their
          gradients are equal; - for none
Rows of one file and weight add up, but for zero, which stands for itself.
"""
import os

import numpy as np
import onnx
from onnx import numpy_helper

MODELS = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'models')
# The framework's gates in the order of the file's: i f g o in i o f c, and r z n in z r h.
ORDERS = {'-': [0], '0231': [0, 2, 3, 1], '102': [1, 0, 2], '1023': [1, 0, 2, 3]}


def initializers(graph):
    for tensor in graph.initializer:
        yield tensor.name, numpy_helper.to_array(tensor)
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.type == onnx.AttributeProto.GRAPH:
                yield from initializers(attribute.g)
            elif node.op_type == 'Constant' and attribute.name == 'value':
                yield node.output[0], numpy_helper.to_array(attribute.t)


def in_order(block, order):
    gates = ORDERS[order]
    if len(gates) == 1:
        return block
    if block.shape[0] % len(gates):
        return None
    parts = np.split(block, len(gates))
    return np.concatenate([parts[i] for i in gates])


def place_in(content, weight):
    """How `weight` lies in an initializer: (part, order, moves), all that fit, best first."""
    if content.ndim > 1 and content.shape[-1:] == weight.shape and content.size > weight.size:
        rows = content.reshape(-1, weight.size)
        if all(np.array_equal(row, weight) for row in rows):
            yield '0/1', '-', 'rows'
    for count in (1, 2, 4):
        if content.size != weight.size * count:
            continue
        for index, block in enumerate(np.split(content.reshape(-1), count)):
            for moves in ('-', 'T') if weight.ndim == 2 else ('-',):
                rows = block.reshape(weight.T.shape if moves == 'T' else weight.shape)
                for order in ORDERS:
                    ordered = in_order(rows, order)
                    if ordered is None:
                        continue
                    if moves == 'T':
                        ordered = ordered.T
                    if np.array_equal(ordered, weight):
                        yield f'{index}/{count}', order, moves


def zeros_beside(content, found):
    """The recurrent bias that Keras lacks: zeros beside the bias that was found."""
    part, order, moves = found
    index, count = (int(n) for n in part.split('/'))
    if count not in (2, 4) or index % 2 or moves != '-':
        return None
    block = np.split(content.reshape(-1), count)[index + 1]
    return None if block.any() else (f'{index + 1}/{count}', order, 'zero')


def weights_of(reference):
    for name in reference:
        if name.startswith(('w/', 'w.')):
            yield name[2:], reference[name]


def main():
    lines = []
    for folder, _, names in sorted(os.walk(MODELS)):
        if 'reference.npz' not in names:
            continue
        reference = np.load(os.path.join(folder, 'reference.npz'))
        for name in sorted(n for n in names if n.endswith('.onnx')):
            path = os.path.join(folder, name)
            contents = dict(initializers(onnx.load(path).graph))
            for weight, values in weights_of(reference):
                if values.ndim == 2 and weight.endswith('gru_cell/bias'):
                    values = values.reshape(-1)
                for initializer, content in contents.items():
                    if content.dtype != values.dtype:
                        continue
                    found = list(place_in(content, values))[:1]
                    beside = found and zeros_beside(content, found[0])
                    for part, order, moves in found + ([beside] if beside else []):
                        lines.append('\t'.join([os.path.relpath(path, MODELS), weight, part,
                                                initializer, order, moves]))
    with open(os.path.join(MODELS, 'weights.tsv'), 'w', encoding='utf-8') as table:
        table.write('\n'.join(lines) + '\n')


main()

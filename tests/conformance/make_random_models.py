#!/usr/bin/env python3
"""Writes models with random ops, alone and inside a Scan, and data.npz with x and target for all.

Use: make_random_models.py OUT_DIR     Needs: tests/requirements.txt; fixed seed
"""
import os
import sys

import numpy as np
import onnx
from onnx import TensorProto as T, helper as H, numpy_helper as N

STEPS, BATCH, INPUTS, HIDDEN = 6, 3, 4, 5
OUT = sys.argv[1]
RANDOM = np.random.default_rng(3)


def weight(name, *sizes):
    return N.from_array((RANDOM.normal(size=sizes) * 0.4).astype(np.float32), name)


def write(name, nodes, weights=(), opset=22):
    """`nodes` go from h, which a product of the input and a weight gives, to z."""
    x = H.make_tensor_value_info('x', T.FLOAT, [STEPS, BATCH, INPUTS])
    y = H.make_tensor_value_info('y', T.FLOAT, [STEPS, BATCH, INPUTS])
    graph = H.make_graph(
        [H.make_node('MatMul', ['x', 'W'], ['h'], 'in/MatMul'), *nodes,
         H.make_node('MatMul', ['z', 'V'], ['y'], 'out/MatMul')], name, [x], [y],
        [weight('W', INPUTS, HIDDEN), weight('V', HIDDEN, INPUTS),
         N.from_array(np.array(0.4, np.float32), 'ratio'),
         N.from_array(np.array(True), 'training'), *weights])
    model = H.make_model(graph, opset_imports=[H.make_opsetid('', opset)], ir_version=10)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, os.path.join(OUT, name + '.onnx'))


def in_scan(nodes):
    """h_t = dropped(tanh(x_t + h_t-1 R)): `nodes` go from `state` to `next`."""
    state = [BATCH, HIDDEN]
    body = H.make_graph(
        [H.make_node('MatMul', ['h_in', 'R'], ['r'], 'cell/MatMul'),
         H.make_node('Add', ['x_t', 'r'], ['a'], 'cell/Add'),
         H.make_node('Tanh', ['a'], ['state'], 'cell/Tanh'), *nodes,
         H.make_node('Identity', ['next'], ['h_t'], 'cell/Identity')], 'cell',
        [H.make_tensor_value_info(name, T.FLOAT, state) for name in ('h_in', 'x_t')],
        [H.make_tensor_value_info(name, T.FLOAT, state) for name in ('next', 'h_t')])
    return [H.make_node('Scan', ['h0', 'h'], ['last', 'z'], 'rnn/Scan', body=body,
                        num_scan_inputs=1)]


CELL = [weight('R', HIDDEN, HIDDEN), N.from_array(np.zeros((BATCH, HIDDEN), np.float32), 'h0')]
DROPOUT = ['ratio', 'training']

write('dropout', [H.make_node('Dropout', ['h', *DROPOUT], ['z'], 'drop/Dropout')])
write('dropout_with_seed', [H.make_node('Dropout', ['h', *DROPOUT], ['z'], 'drop/Dropout', seed=5)])
write('dropout_of_state',
      in_scan([H.make_node('Dropout', ['state', *DROPOUT], ['next'], 'cell/Dropout')]), CELL)
write('noise', [H.make_node('RandomNormalLike', ['h'], ['n'], 'noise/Normal', scale=0.3),
                H.make_node('Add', ['h', 'n'], ['z'], 'noise/Add')])
write('noise_of_state',
      in_scan([H.make_node('RandomUniform', [], ['u'], 'cell/Uniform', shape=[HIDDEN], low=0.5,
                           high=1.5),
               H.make_node('Mul', ['state', 'u'], ['next'], 'cell/Mul')]), CELL)
write('gate', [H.make_node('Sigmoid', ['h'], ['p'], 'gate/Sigmoid'),
               H.make_node('Bernoulli', ['p'], ['open'], 'gate/Bernoulli'),
               H.make_node('Mul', ['h', 'open'], ['z'], 'gate/Mul')])
write('drawn_rows',
      [H.make_node('ReduceMean', ['h', 'axes'], ['logits'], 'draw/Mean', keepdims=0),
       H.make_node('Multinomial', ['logits'], ['rows'], 'draw/Multinomial', sample_size=2),
       H.make_node('Gather', ['table', 'rows'], ['taken'], 'draw/Gather'),
       H.make_node('ReduceMean', ['taken', 'second'], ['offset'], 'draw/Offset', keepdims=0),
       H.make_node('Add', ['h', 'offset'], ['z'], 'draw/Add')],
      [weight('table', HIDDEN, HIDDEN), N.from_array(np.array([0], np.int64), 'axes'),
       N.from_array(np.array([1], np.int64), 'second')])
np.savez(os.path.join(OUT, 'data.npz'),
         x=RANDOM.normal(size=(STEPS, BATCH, INPUTS)).astype(np.float32),
         target=RANDOM.normal(size=(STEPS, BATCH, INPUTS)).astype(np.float32))

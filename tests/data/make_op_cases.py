#!/usr/bin/env python3
"""Writes op_cases.json: inputs of single operators and the outputs that ONNX Runtime gives for them.

Use: make_op_cases.py OUT.json     Needs: PyPI onnx, onnxruntime, numpy (tests/requirements.txt).
The stored file was made with onnx 1.23.2, onnxruntime 1.32.0 and numpy 2.4.6, float64 where the
runtime computes it, else float32.
"""
import json
import sys

import numpy as np
import onnxruntime as ort
from onnx import TensorProto as TP, helper as oh

rng = np.random.default_rng(5)
cases = []


def f(*shape, low=-2.0, high=2.0):
    return rng.uniform(low, high, shape)


def ints(*values):
    return np.array(values, dtype=np.int64)


def packed(array):
    kind = {'f': 'float', 'i': 'int64', 'b': 'bool'}[array.dtype.kind]
    flat = [None if array.dtype.kind == 'f' and not np.isfinite(v) else v for v in array.ravel().tolist()]
    text = [('nan' if np.isnan(v) else 'inf' if v > 0 else '-inf') if n is None else n
            for v, n in zip(array.ravel().tolist(), flat)]
    return {'dtype': kind, 'shape': list(array.shape), 'values': text}


def case(name, op, inputs, outputs=1, kink=False, single=False, **attributes):
    """`kink`: finite differences do not apply at these values; `single`: the runtime's float64 kernel
    holds constants of float32."""
    inputs = [None if x is None else np.asarray(x) for x in inputs]
    for dtype in (np.float64, np.float32)[single:]:  # not every op has a float64 kernel
        cast = [x if x is None or x.dtype.kind != 'f' else x.astype(dtype) for x in inputs]
        kinds = {'f': TP.DOUBLE if dtype == np.float64 else TP.FLOAT, 'i': TP.INT64, 'b': TP.BOOL}
        names = ['' if x is None else f'x{i}' for i, x in enumerate(cast)]
        model = oh.make_model(oh.make_graph(
            [oh.make_node(op, names, [f'y{i}' for i in range(outputs)], **attributes)], 'g',
            [oh.make_tensor_value_info(n, kinds[x.dtype.kind], x.shape) for n, x in zip(names, cast) if n],
            [oh.make_empty_tensor_value_info(f'y{i}') for i in range(outputs)]),
            opset_imports=[oh.make_opsetid('', 20)], ir_version=9)
        try:
            got = ort.InferenceSession(model.SerializeToString()).run(
                None, {n: x for n, x in zip(names, cast) if n})
        except Exception as error:
            if dtype == np.float64:
                continue
            raise SystemExit(f'{name}: {error}')
        kept = {k: v for k, v in attributes.items()}
        cases.append({'name': name, 'op': op, 'attributes': kept, 'kink': kink,
                      'single': dtype == np.float32,
                      'inputs': [None if x is None else packed(x) for x in cast],
                      'outputs': [packed(np.asarray(y)) for y in got]})
        return


for op in ['Neg', 'Exp', 'Tanh', 'Sigmoid', 'Sin', 'Cos', 'Erf', 'Relu', 'Softplus', 'Abs', 'LeakyRelu', 'Elu',
           'Reciprocal', 'Sign', 'Floor', 'Ceil', 'Round', 'Identity']:
    matrix = f(3, 4, low=0.3) if op == 'Reciprocal' else f(3, 4)
    if op in ('Floor', 'Ceil', 'Round'):
        matrix = np.floor(matrix) + 0.3  # well away from the steps
    case(f'{op}, a matrix', op, [matrix])
    case(f'{op}, a scalar', op, [f(low=0.2)])
    case(f'{op}, nothing', op, [f(0, 3)])
for op in ['Log', 'Sqrt']:
    case(f'{op}, a matrix', op, [f(3, 4, low=0.2)])
case('Tanh, saturated', 'Tanh', [np.array([40.0, -40.0, 0.0])])
case('Sigmoid, saturated', 'Sigmoid', [np.array([40.0, -40.0, 0.0])])
case('Sign, special', 'Sign', [np.array([0.0, -0.0, np.inf, -np.inf])], kink=True)
case('Relu, NaN', 'Relu', [np.array([np.nan, -1.0, 1.0])], kink=True)
case('Round, halves', 'Round', [np.array([0.5, 1.5, 2.5, -0.5])], kink=True)
case('Clip, both bounds', 'Clip', [f(4, 3), np.array(-0.5), np.array(0.75)])
case('Clip, one bound', 'Clip', [f(4, 3), None, np.array(0.75)])
patterns = [((3, 4), (3, 4)), ((3, 4), (4,)), ((3, 1), (1, 4)), ((2, 3, 4), (3, 1)), ((), (2, 2)), ((1,), (5,)),
            ((2, 1, 3, 1), (4, 1, 2)), ((0, 3), (3,))]
for op in ['Add', 'Sub', 'Mul', 'Div', 'Max', 'Min']:
    for a, b in patterns:
        case(f'{op}, {list(a)} and {list(b)}', op, [f(*a), f(*b, low=0.3)])
case('Pow, fractional', 'Pow', [f(3, 4, low=0.3), f(4)])
case('Pow, broadcast', 'Pow', [f(2, 3, low=0.3), f(1)])
case('Max, three operands', 'Max', [f(2, 3), f(3), f(2, 1)])
for op in ['Less', 'LessOrEqual', 'Greater', 'GreaterOrEqual', 'Equal']:
    case(f'{op}, broadcast', op, [np.round(f(3, 4)), np.round(f(4))])
case('Where, broadcast', 'Where', [f(3, 1) > 0, f(3, 4), f(4)])
case('Cast, to integers', 'Cast', [np.array([1.7, -1.7, 0.2])], to=TP.INT64)
shapes = [((3, 4), (4, 2)), ((2, 3, 4), (4, 2)), ((2, 3, 4), (2, 4, 5)), ((4,), (4, 2)), ((3, 4), (4,)), ((4,), (4,)),
          ((2, 1, 3, 4), (5, 4, 2)), ((1, 1), (1, 1))]
for a, b in shapes:
    case(f'MatMul, {list(a)} and {list(b)}', 'MatMul', [f(*a), f(*b)])
for ta in (0, 1):
    for tb in (0, 1):
        case(f'Gemm, transA {ta} transB {tb}', 'Gemm', [f(4, 3) if ta else f(3, 4), f(2, 4) if tb else f(4, 2), f(2)],
             transA=ta, transB=tb, alpha=0.5, beta=2.0)
case('Gemm, no C', 'Gemm', [f(3, 4), f(4, 2)])
case('Gemm, C of one column', 'Gemm', [f(3, 4), f(4, 2), f(3, 1)])
for equation, a, b in [('abc,cd->abd', (2, 3, 4), (4, 5)), ('ab,bc->ac', (2, 3), (3, 4)), ('ij,kj->ik', (2, 3), (4, 3)),
                       ('bhi,bhj->bij', (2, 3, 4), (2, 3, 5)), ('ab,c->acb', (2, 3), (4,)), ('ab,ab->', (2, 3), (2, 3))]:
    case(f'Einsum, {equation}', 'Einsum', [f(*a), f(*b)], equation=equation)
case('Einsum, a sum', 'Einsum', [f(2, 3)], equation='ab->a')
for axes, keep in [([0], 1), ([-1], 0), ([0, 2], 1), ([0, 1, 2], 0)]:
    case(f'ReduceSum, {axes} keepdims {keep}', 'ReduceSum', [f(2, 3, 4), ints(*axes)], keepdims=keep)
    case(f'ReduceMean, {axes} keepdims {keep}', 'ReduceMean', [f(2, 3, 4), ints(*axes)], keepdims=keep)
case('ReduceSum, all', 'ReduceSum', [f(2, 3)])
for axis in (-1, 0, 1):
    case(f'Softmax, axis {axis}', 'Softmax', [f(2, 3, 4)], axis=axis)
    case(f'LogSoftmax, axis {axis}', 'LogSoftmax', [f(2, 3, 4)], axis=axis)
case('Transpose, reversed', 'Transpose', [f(2, 3, 4)])
case('Transpose, by perm', 'Transpose', [f(2, 3, 4)], perm=[1, 2, 0])
case('Reshape, -1 and 0', 'Reshape', [f(2, 3, 4), ints(0, -1)])
case('Squeeze, one axis', 'Squeeze', [f(2, 1, 3), ints(1)])
case('Unsqueeze, two axes', 'Unsqueeze', [f(2, 3), ints(0, -1)])
case('Flatten, axis 2', 'Flatten', [f(2, 3, 4)], axis=2)
case('Expand, larger', 'Expand', [f(3, 1), ints(2, 3, 4)])
case('Slice, steps', 'Slice', [f(5, 6), ints(1, -1), ints(5, -7), ints(0, 1), ints(2, -2)])
case('Slice, a range', 'Slice', [f(5, 6), ints(1), ints(3), ints(0)])
case('Split, sizes', 'Split', [f(2, 6), ints(1, 2, 3)], outputs=3, axis=1)
case('Split, equal parts', 'Split', [f(2, 6)], outputs=3, axis=1, num_outputs=3)
case('Concat, axis 1', 'Concat', [f(2, 3), f(2, 1), f(2, 2)], axis=1)
case('Gather, rows twice', 'Gather', [f(4, 3), ints(2, 0, 2)])
case('Gather, axis 1, a matrix of indices', 'Gather', [f(2, 4, 3), np.array([[0, -1], [1, 1]])], axis=1)
case('Gather, a scalar index', 'Gather', [f(4, 3), np.array(1)])

for op in ['Sinh', 'Cosh', 'Tan', 'Asinh', 'Atan', 'Softsign', 'Selu', 'HardSigmoid', 'HardSwish', 'Gelu', 'Mish',
           'Celu', 'ThresholdedRelu', 'Shrink']:
    case(f'{op}, a matrix', op, [f(3, 4)], single=op == 'Shrink')
for op, low, high in [('Asin', -0.9, 0.9), ('Acos', -0.9, 0.9), ('Atanh', -0.9, 0.9), ('Acosh', 1.2, 3.0)]:
    case(f'{op}, a matrix', op, [f(3, 4, low=low, high=high)])
case('Gelu, by tanh', 'Gelu', [f(3, 4)], approximate='tanh', single=True)
case('Selu, other slopes', 'Selu', [f(3, 4)], alpha=1.5, gamma=2.0)
case('Celu, alpha 2', 'Celu', [f(3, 4)], alpha=2.0)
case('Celu, large', 'Celu', [np.array([800.0, -800.0, 1.0])], kink=True)
case('PRelu, broadcast', 'PRelu', [f(2, 3, 4), f(3, 1)])
case('Sum, three operands', 'Sum', [f(2, 3), f(3), f(2, 1)])
case('Mean, three operands', 'Mean', [f(2, 3), f(3), f(2, 1)])
case('Mod, fmod', 'Mod', [f(3, 4), f(4, low=0.3)], fmod=1)
case('Mod, integers', 'Mod', [ints(5, -5, 5, -5), ints(3, 3, -3, -3)])
for op in ['ReduceMax', 'ReduceMin', 'ReduceProd', 'ReduceL1', 'ReduceL2', 'ReduceSumSquare', 'ReduceLogSumExp']:
    for axes, keep in [([0], 1), ([-1], 0), ([0, 2], 1)]:
        case(f'{op}, {axes} keepdims {keep}', op, [f(2, 3, 4), ints(*axes)], keepdims=keep)
    case(f'{op}, all', op, [f(2, 3)])
case('ReduceProd, zeros', 'ReduceProd', [np.array([[0.0, 2.0, 3.0], [0.0, 0.0, 5.0]]), ints(1)])
case('ReduceLogSum, one axis', 'ReduceLogSum', [f(2, 3, low=0.3), ints(1)])
case('ReduceLogSumExp, large', 'ReduceLogSumExp', [np.array([[1000.0, 1000.0], [-1000.0, -1000.0]]), ints(1)])
case('ReduceMax, equal elements', 'ReduceMax', [np.array([[1.0, 3.0, 3.0]]), ints(1)], kink=True)
for op in ['ArgMax', 'ArgMin']:
    case(f'{op}, axis 1', op, [f(3, 4, 2)], axis=1, keepdims=0)
    case(f'{op}, equal, the last', op, [np.array([[1.0, 1.0, 0.0, 0.0]])], axis=1, select_last_index=1)
case('Hardmax, axis 0', 'Hardmax', [f(3, 4)], axis=0)
for exclusive in (0, 1):
    for reverse in (0, 1):
        case(f'CumSum, exclusive {exclusive} reverse {reverse}', 'CumSum', [f(2, 5), np.array(1)],
             exclusive=exclusive, reverse=reverse)
case('TopK, the largest', 'TopK', [f(3, 5), ints(2)], outputs=2, axis=1)
case('TopK, the smallest of axis 0', 'TopK', [f(4, 2), ints(3)], outputs=2, axis=0, largest=0)
case('GatherElements, axis 1', 'GatherElements', [f(3, 4), np.array([[0, 3, 0], [1, -1, 2]])], axis=1)
case('GatherND, parts', 'GatherND', [f(3, 4, 2), np.array([[0, 1], [2, 3], [0, 1]])])
case('GatherND, batch axis', 'GatherND', [f(2, 3, 4), np.array([[[1], [0]], [[2], [2]]])], batch_dims=1)
scattered = [f(3, 4), np.array([[0, 3], [1, -1]]), f(2, 2, low=0.3)]
case('ScatterElements, replace', 'ScatterElements', scattered, axis=1)
for reduction in ['add', 'mul', 'max', 'min']:
    case(f'ScatterElements, {reduction}', 'ScatterElements', scattered, axis=1, reduction=reduction)
scattered = [f(4, 3), np.array([[0], [2]]), f(2, 3, low=0.3)]
case('ScatterND, replace', 'ScatterND', scattered)
for reduction in ['add', 'mul', 'max', 'min']:
    case(f'ScatterND, {reduction}', 'ScatterND', scattered, reduction=reduction)
case('Pad, constant', 'Pad', [f(2, 3), ints(1, 0, 0, 2), np.array(0.5)])
case('Pad, negative', 'Pad', [f(3, 4), ints(-1, 1, 0, -2)])
for mode in ['reflect', 'edge', 'wrap']:
    case(f'Pad, {mode}', 'Pad', [f(3, 4), ints(1, 2, 2, 1)], mode=mode)
case('Tile, both axes', 'Tile', [f(2, 3), ints(2, 3)])
case('Trilu, upper', 'Trilu', [f(2, 3, 4), np.array(1)], upper=1)
case('Trilu, lower', 'Trilu', [f(4, 3)], upper=0)
case('ReverseSequence, lengths', 'ReverseSequence', [f(4, 3, 2), ints(1, 4, 2)], time_axis=0, batch_axis=1)
case('DepthToSpace, CRD', 'DepthToSpace', [f(1, 8, 2, 3)], blocksize=2, mode='CRD')
case('DepthToSpace, DCR', 'DepthToSpace', [f(1, 8, 2, 3)], blocksize=2)
case('SpaceToDepth, blocks of 2', 'SpaceToDepth', [f(1, 2, 4, 6)], blocksize=2)
case('OneHot, axis 0', 'OneHot', [ints(0, 2, -1), np.array(3), np.array([-1.0, 2.0])], kink=True, axis=0)
case('LayerNormalization, last axis', 'LayerNormalization', [f(3, 4), f(4), f(4)], axis=-1)
case('LayerNormalization, two axes', 'LayerNormalization', [f(2, 3, 4), f(3, 4)], axis=1, epsilon=0.015625)
case('BatchNormalization, inference', 'BatchNormalization', [f(2, 3, 4), f(3), f(3), f(3), f(3, low=0.3)])
case('InstanceNormalization, channels', 'InstanceNormalization', [f(2, 3, 5), f(3), f(3)])
case('LpNormalization, L2', 'LpNormalization', [f(3, 4)], axis=1, p=2)
case('LpNormalization, L1', 'LpNormalization', [f(3, 4)], axis=0, p=1)
case('MeanVarianceNormalization, axes', 'MeanVarianceNormalization', [f(2, 3, 2, 2)], axes=[0, 2, 3])
for reduction in ['mean', 'sum', 'none']:
    case(f'NegativeLogLikelihoodLoss, {reduction}', 'NegativeLogLikelihoodLoss',
         [f(3, 4, 2), np.array([[0, 1], [3, 2], [1, 1]]), f(4, low=0.3)], reduction=reduction)
    case(f'SoftmaxCrossEntropyLoss, {reduction}', 'SoftmaxCrossEntropyLoss',
         [f(3, 4), ints(1, 3, 0), f(4, low=0.3)], reduction=reduction)
case('SoftmaxCrossEntropyLoss, an ignored label', 'SoftmaxCrossEntropyLoss', [f(3, 4), ints(1, 9, 0)],
     ignore_index=9)
case('Compress, axis 1', 'Compress', [f(2, 3), np.array([True, False, True])], kink=True, axis=1)
case('NonZero, a matrix', 'NonZero', [np.array([[0.0, 1.0], [2.0, 0.0]])])

# Windows. Kinks of MaxPool cannot lie near random numbers; float32 because the runtime has no double.
for name, x, w, more in [
        ('1-D', (2, 3, 7), (4, 3, 3), {}),
        ('1-D, strides, dilations and pads', (2, 3, 9), (2, 3, 2),
         dict(strides=[2], dilations=[3], pads=[2, 1])),
        ('1-D, groups', (1, 4, 6), (6, 2, 3), dict(group=2, pads=[1, 1])),
        ('1-D, depthwise', (2, 3, 5), (3, 1, 2), dict(group=3)),
        ('1-D, as long as before', (1, 2, 6), (3, 2, 4), dict(auto_pad='SAME_UPPER')),
        ('1-D, padded in front', (1, 2, 7), (3, 2, 4), dict(auto_pad='SAME_LOWER', strides=[2])),
        ('1-D, valid', (1, 2, 6), (3, 2, 4), dict(auto_pad='VALID')),
        ('2-D', (1, 2, 5, 4), (3, 2, 3, 2), dict(strides=[2, 1], pads=[1, 0, 1, 1]))]:
    case(f'Conv, {name}', 'Conv', [f(*x), f(*w), f(w[0])], single=True, **more)
case('Conv, no bias', 'Conv', [f(1, 2, 5), f(2, 2, 2)], single=True)
for op in ['MaxPool', 'AveragePool', 'LpPool']:
    for name, x, more in [
            ('1-D', (2, 3, 7), dict(kernel_shape=[3])),
            ('strides and pads', (2, 2, 8), dict(kernel_shape=[3], strides=[2], pads=[1, 1])),
            ('a window that hangs over', (1, 2, 6), dict(kernel_shape=[3], strides=[2], ceil_mode=1)),
            ('dilations', (1, 2, 9), dict(kernel_shape=[3], dilations=[2], pads=[1, 2])),
            ('as many as strides', (1, 2, 7), dict(kernel_shape=[4], strides=[2], auto_pad='SAME_UPPER')),
            ('2-D', (1, 2, 5, 4), dict(kernel_shape=[3, 2], strides=[2, 1], pads=[1, 0, 1, 1]))]:
        case(f'{op}, {name}', op, [f(*x)], single=True, **more)
case('AveragePool, padding counts', 'AveragePool', [f(2, 2, 8)], single=True, kernel_shape=[3],
     strides=[2], pads=[1, 1], count_include_pad=1)
case('AveragePool, padding counts and one hangs over', 'AveragePool', [f(1, 2, 8)], single=True,
     kernel_shape=[3], strides=[3], pads=[1, 1], count_include_pad=1, ceil_mode=1)
for p in [1, 3]:
    case(f'LpPool, p = {p}', 'LpPool', [f(1, 2, 6)], single=True, kernel_shape=[2], p=p)
    case(f'GlobalLpPool, p = {p}', 'GlobalLpPool', [f(2, 2, 5)], single=True, p=p)
for name, x, more in [
        ('1-D', (2, 3, 7), dict(kernel_shape=[3])),
        ('pads', (2, 2, 8), dict(kernel_shape=[3], strides=[2], pads=[1, 1])),
        ('dilations', (1, 2, 9), dict(kernel_shape=[3], dilations=[2], pads=[1, 2])),
        ('2-D', (2, 2, 5, 4), dict(kernel_shape=[3, 2], strides=[2, 1], pads=[1, 0, 1, 1])),
        ('2-D, column major', (2, 2, 5, 4), dict(kernel_shape=[3, 2], strides=[2, 1], storage_order=1)),
        ('3-D', (1, 2, 3, 4, 3), dict(kernel_shape=[2, 2, 3]))]:
    case(f'MaxPool, indices, {name}', 'MaxPool', [f(*x)], outputs=2, single=True, **more)
case('MaxUnpool, 1-D', 'MaxUnpool', [f(1, 2, 3), np.array([[[0, 3, 4], [7, 8, 11]]])], single=True,
     kernel_shape=[2], strides=[2])
case('MaxUnpool, 2-D, pads', 'MaxUnpool', [f(1, 1, 2, 2), np.array([[[[0, 2], [5, 8]]]])], single=True,
     kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])
for size in [1, 3, 9]:  # the runtime refuses even ones
    case(f'LRN, {size} channels', 'LRN', [f(2, 5, 2, 3)], single=True, size=size, alpha=0.5, beta=0.6,
         bias=1.5)
case('LRN, defaults', 'LRN', [f(1, 4, 1, 2)], single=True, size=3)
case('CenterCropPad, one cropped and one filled', 'CenterCropPad', [f(5, 4), ints(2, 7)], single=True)
case('CenterCropPad, axes', 'CenterCropPad', [f(3, 6, 2), ints(3, 5)], single=True, axes=[1, -1])

with open(sys.argv[1], 'w') as out:
    out.write('[\n' + ',\n'.join(json.dumps(c) for c in cases) + '\n]\n')
print(len(cases), 'cases')

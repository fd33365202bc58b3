#!/usr/bin/env python3
"""Writes tensorflow_cases.json: what TensorFlow and Keras themselves make of texts that people paste.

Use:   make_tensorflow_cases.py OUT.json
Needs: tensorflow. The committed file was made with tensorflow-cpu 2.21.0, keras 3.15.1. The inputs are those of
       expression_cases.json beside it; a row is as in its `values`, with an `rtol` where TensorFlow computes with
       constants of float32.
"""
import json
import pathlib
import sys

import keras
import numpy as np
import tensorflow as tf

PACKED = json.loads((pathlib.Path(__file__).parent / 'expression_cases.json').read_text())['inputs']
INPUTS = {name: np.array(value['values'], np.int64 if name == 'n' else np.float64).reshape(value['shape'])
          for name, value in PACKED.items()}

MODULES = {'tf': tf, 'tf.math': tf.math, 'tf.nn': tf.nn, 'keras.ops': keras.ops, 'keras.activations': keras.activations}
UNARY = '''exp exp2 log log2 log10 log1p expm1 sqrt rsqrt square reciprocal abs absolute sign negative sin cos tan asin
arcsin acos arccos atan arctan sinh cosh tanh asinh arcsinh atanh arctanh erf erfc floor ceil round rint trunc is_nan isnan
is_inf isinf is_finite isfinite sigmoid log_sigmoid softplus softsign relu relu6 leaky_relu elu celu selu gelu silu swish mish
hard_sigmoid hard_swish hard_silu hard_tanh softmax log_softmax soft_shrink hard_shrink tanh_shrink zeros_like ones_like
stop_gradient identity copy real ravel'''.split()
ABOVE_ONE = 'acosh arccosh'.split()
BINARY = '''add subtract multiply divide true_divide truediv floor_divide floordiv mod floormod truncatemod pow power
divide_no_nan squared_difference logaddexp maximum minimum atan2 arctan2 equal not_equal less less_equal greater
greater_equal'''.split()
LOGICAL = 'logical_and logical_or logical_xor'.split()
REDUCED = '''sum mean prod amax max amin min var std logsumexp reduce_sum reduce_mean reduce_prod reduce_max reduce_min
reduce_variance reduce_std reduce_logsumexp argmax argmin cumsum'''.split()
TRUTHS = 'any all reduce_any reduce_all'.split()

TEXTS = '''
keras.ops.clip(x, -1, 1)
keras.ops.clip(x, -1.0, y)
tf.clip_by_value(x, -1.0, 0.5)
tf.clip_by_value(x, y - 1.0, y + 1.0)
tf.clip_by_norm(x, 2.0)
tf.clip_by_norm(x, 1.0, axes=[1])
tf.math.sigmoid(-x)
tf.nn.leaky_relu(x, alpha=0.3)
tf.nn.leaky_relu(x, 0.1)
keras.ops.leaky_relu(x, negative_slope=0.3)
keras.ops.elu(x, alpha=0.5)
keras.ops.celu(x, 2.0)
keras.ops.gelu(x, approximate=False)
keras.activations.gelu(x, approximate=True)
tf.nn.gelu(x, approximate=True)
tf.nn.silu(x, beta=2.0)
tf.nn.swish(x)
tf.nn.softmax(x, axis=0)
tf.nn.log_softmax(x, 0)
keras.ops.softmax(x, axis=0)
keras.activations.softmax(x)
keras.activations.soft_shrink(x, 0.3)
keras.activations.hard_shrink(x, threshold=0.9)
tf.where(x > 0, y, x * 2)
tf.where(x > 0.0, 1.0, 0.25) * v[0]
keras.ops.where(x == 0, 1.0, x)
tf.where(tf.abs(x) <= 1, tf.ones_like(x), tf.zeros_like(x))
tf.reduce_sum(x, axis=[0, 1])
tf.reduce_sum(x, -1, keepdims=True)
tf.reduce_mean(x, 0)
tf.math.reduce_variance(x, axis=1, keepdims=True)
tf.math.reduce_std(x)
keras.ops.var(x, axis=0, keepdims=True)
keras.ops.sum(x, axis=(0, 1), keepdims=True)
tf.norm(x)
tf.norm(x, axis=1)
tf.norm(x, ord=1, axis=0, keepdims=True)
tf.norm(v, ord=2)
tf.norm(x, ord='euclidean')
tf.norm(x, ord='euclidean', axis=-1)
tf.norm(v, ord=np.inf)
keras.ops.norm(x)
keras.ops.norm(x, axis=1)
keras.ops.norm(v, ord=1)
tf.cumsum(x)
tf.cumsum(x, axis=1, reverse=True)
tf.math.cumsum(x, 1, exclusive=True)
tf.cumsum(x, axis=1, exclusive=True, reverse=True)
keras.ops.cumsum(x)
keras.ops.cumsum(x, axis=0)
tf.cast(tf.argmax(x), tf.float64)
tf.cast(tf.argmax(x, axis=1), tf.float64)
tf.cast(tf.argmin(x, -1), tf.float64)
keras.ops.cast(keras.ops.argmax(x), 'float64')
keras.ops.argmax(x, axis=1, keepdims=True)
tf.matmul(x, m)
tf.matmul(x, x, transpose_b=True)
tf.matmul(x, y, transpose_a=True)
tf.linalg.matmul(m, x, transpose_a=True, transpose_b=True)
keras.ops.matmul(x, m)
keras.ops.matmul(x, v)
keras.ops.dot(x, m)
keras.ops.dot(v, v)
keras.ops.outer(v, v)
x @ m
tf.einsum('ij,jk->ik', x, m)
tf.einsum('ij->j', x)
keras.ops.einsum('ij,ij->i', x, y)
tf.transpose(x)
tf.transpose(x, perm=[1, 0])
tf.transpose(x[None], (2, 0, 1))
keras.ops.transpose(x, axes=(1, 0))
keras.ops.swapaxes(x, 0, 1)
tf.linalg.matrix_transpose(x)
tf.linalg.adjoint(x)
tf.reshape(x, [2, -1])
tf.reshape(x, (6, 2))
tf.reshape(x, [-1])
keras.ops.reshape(x, (4, 3))
tf.expand_dims(x, 0)
tf.expand_dims(x, axis=-1)
keras.ops.expand_dims(x, 1)
tf.squeeze(x[None, ..., None])
tf.squeeze(x[None], axis=0)
tf.squeeze(x[None], axis=[0])
keras.ops.squeeze(x[None])
tf.broadcast_to(v, [3, 4])
keras.ops.broadcast_to(v, (3, 4))
tf.concat([x, y], axis=1)
tf.concat([x, y], 0)
tf.concat((x, y), -1)
keras.ops.concatenate([x, y])
keras.ops.concatenate([x, y], axis=-1)
tf.stack([x, y])
tf.stack([x, y], axis=1)
keras.ops.stack([x, y], axis=-1)
tf.tile(x, [2, 1])
keras.ops.tile(v, (2, 2))
tf.reverse(x, axis=[1])
tf.reverse(x, [0, 1])
keras.ops.flip(x)
keras.ops.flip(x, axis=0)
tf.gather(x, n)
tf.gather(x, n, axis=1)
keras.ops.take(x, n, axis=0)
keras.ops.take(x, n, axis=1)
keras.ops.tril(x)
keras.ops.triu(x, k=1)
keras.ops.tril(x, -1)
keras.ops.full_like(x, 0.5)
tf.zeros([2, 3]) + 1.0
tf.ones((2, 3)) * 2.0
tf.fill([2, 3], 1.5)
keras.ops.full((2, 3), 1.5)
keras.ops.ones((2, 3))
keras.ops.zeros((2, 3))
x * tf.constant([1.0, 2.0, 3.0, 4.0], dtype=tf.float64)
x + tf.convert_to_tensor(0.5, dtype=tf.float64)
x * keras.ops.array([1.0, 2.0, 3.0, 4.0], dtype='float64')
tf.one_hot(n, 4)
tf.one_hot(n, 4, on_value=2.0, off_value=-1.0)
tf.one_hot(n, depth=3, axis=0)
keras.ops.one_hot(n, 4)
tf.cast(x > 0, x.dtype) * y
tf.cast(x > 0, tf.float64)
tf.cast(x, tf.int32)
tf.cast(-u, 'int64')
keras.ops.cast(x > 0, 'float64')
tf.cast(tf.shape(x)[0], tf.float64) * x
tf.cast(tf.size(x), x.dtype) * x
tf.cast(tf.rank(x), x.dtype) * x
keras.ops.shape(x)[1] * x
keras.ops.ndim(x) * x
x.shape[0] * x
x[0]
x[-1, 1:]
x[:, ::2]
x[..., None, 1]
x[:, tf.newaxis, 0]
-x ** 2
u ** y
x // 0.7
x % 0.7
2.0 ** -x
tf.math.divide_no_nan(x, tf.nn.relu(y))
keras.ops.divide_no_nan(x, tf.nn.relu(y))
'''.strip().splitlines()


# Their constants (alpha, sqrt(2)) are float32 in TensorFlow whatever the tensor is.
FLOAT32_INSIDE = ('leaky_relu', 'gelu')


def texts():
    all_texts = list(TEXTS)
    for module, where in MODULES.items():
        def add(name, arguments):
            if hasattr(where, name):
                all_texts.append(f'{module}.{name}({arguments})')
        for name in UNARY:
            add(name, 'x' if name in ('sign', 'abs', 'relu', 'floor', 'round', 'rint', 'trunc', 'softmax', 'softplus') else 'u')
            if name.startswith(('soft', 'hard', 'relu', 'leaky', 'elu', 'celu', 'selu', 'gelu', 'silu', 'swish', 'tanh', 'mish', 'log_s')):
                add(name, '3 * x')
        for name in ABOVE_ONE:
            add(name, 'w')
        for name in BINARY:
            add(name, 'x, u')
            add(name, 'u, y')
        for name in LOGICAL:
            add(name, 'u > 0.5, x > 0')
        add('logical_not', 'u > 0.5')
        for name in REDUCED:
            add(name, 'x')
            add(name, 'x, axis=1')
        for name in TRUTHS:
            add(name, 'x > 0')
            add(name, 'x > 0, axis=1')
    return list(dict.fromkeys(all_texts))


def packed(value):
    value = np.asarray(value)
    return {'shape': list(value.shape), 'values': [v if np.isfinite(v) else str(v) for v in value.astype(np.float64).ravel().tolist()]}


def value_cases():
    cases = []
    for text in texts():
        names = {name: tf.constant(value) for name, value in INPUTS.items()}
        try:
            value = eval(text, {'tf': tf, 'keras': keras, 'np': np}, names)
        except Exception as error:  # a text that the framework refuses is no case
            print('left out:', text, type(error).__name__, str(error)[:200], file=sys.stderr)
            continue
        exactness = {'rtol': 1e-7} if any(name in text for name in FLOAT32_INSIDE) else {}
        cases.append({'text': text, **exactness, **packed(value)})
    return cases


if __name__ == '__main__':
    with open(sys.argv[1], 'w') as file:
        cases = value_cases()
        rows = ',\n'.join(json.dumps(case) for case in cases)
        file.write('{"values": [\n' + rows + '\n]}\n')
        print(len(cases), 'cases')

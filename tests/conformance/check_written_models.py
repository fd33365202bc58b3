#!/usr/bin/env python3
"""Checks that the models which Backstep writes are what ONNX says they should be.

Use: check_written_models.py BACKSTEP OUT_DIR     Needs: tests/requirements.txt

Every model passes ONNX's checker with full_check, runs in ONNX Runtime, and `backstep run` gives the
same outputs and mean-square loss (1e-5, float32).
"""
import os
import subprocess
import sys

import numpy as np
import onnx
import onnxruntime as ort

backstep, out = sys.argv[1], sys.argv[2]
os.makedirs(out, exist_ok=True)
rng = np.random.default_rng(5)

MODELS = [
    'x: float32[batch, time, 8] -> LSTM(16) -> sign -> Dense(10) -> mse',
    'x: float32[2, 12, 8] -> LSTM(16, return_sequences=False) -> Dense(3, activation=softmax)',
    'x: float32[3, 5, 4] -> GRU(6) -> tanh -> GRU(5, False) -> Dense(2)',
    'x: float32[3, 5, 4] -> SimpleRNN(units=6) -> Dense(2, activation=relu) -> mse',
    'ids: int64[batch, time] -> Embedding(40, 12) -> SimpleRNN(8) -> Dense(40) -> cross-entropy',
    'ids: int32[2, 7] -> Embedding(9, 3) -> LSTM(4) -> Dense(5, use_bias=False) -> softplus -> mse',
    'x: float32[3, 4] -> identity -> neg -> abs -> sqrt -> exp -> log -> sigmoid',
    'x: float32[3, 4] -> round -> floor -> ceil -> relu -> erf -> sin -> cos -> softmax',
]
ELEMENTS = {'tensor(float)': np.float32, 'tensor(int64)': np.int64, 'tensor(int32)': np.int32}


def call(*arguments):
    done = subprocess.run([backstep, *arguments], capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f'{arguments}: exit code {done.returncode}\n{done.stdout}{done.stderr}')


def check(path):
    onnx.checker.check_model(onnx.load(path), full_check=True)
    session = ort.InferenceSession(path, providers=['CPUExecutionProvider'])
    feeds = {}
    for value in session.get_inputs():
        shape = [size if isinstance(size, int) else i + 3 for i, size in enumerate(value.shape)]
        element = ELEMENTS[value.type]
        drawn = rng.standard_normal(shape) if element is np.float32 else rng.integers(0, 9, shape)
        feeds[value.name] = drawn.astype(element)
    wanted = session.run(None, feeds)[0]
    target = rng.standard_normal(wanted.shape).astype(np.float32)
    np.savez(path + '.in.npz', target=target, **feeds)
    call('run', path, '--inputs', path + '.in.npz', '--loss', 'mse', '--save', path + '.out.npz')
    found = np.load(path + '.out.npz')
    output = found['output:' + session.get_outputs()[0].name]
    np.testing.assert_allclose(output, wanted, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(found['loss'], np.mean((wanted - target) ** 2), rtol=1e-5)


for index, text in enumerate(MODELS):
    path = os.path.join(out, f'written_{index}.onnx')
    call('new', text, path)
    check(path)
path = os.path.join(out, 'example_sign.onnx')
call('example', 'sign', path)
check(path)
print(len(MODELS) + 1, 'written models pass the checker and agree with ONNX Runtime')

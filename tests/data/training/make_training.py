"""Losses of 20 training steps of a small LSTM, by PyTorch: expected.json beside this file.

The weights are those of SmallModel::weight (tests/support/small_models.h), the equations and the
order of the gates (i, o, f, c) those of ONNX's LSTM. Needs PyTorch alone.
"""
import json
import math
import pathlib

import torch

TIME, BATCH, FEATURES, UNITS, OUTPUTS, STEPS = 5, 4, 2, 3, 2, 20


def weight(*shape):
    numbers = [0.1 * (i % 7 + 1) * (1 if i % 2 == 0 else -1) + 0.001 * i
               for i in range(math.prod(shape))]
    return torch.tensor(numbers, dtype=torch.float32).reshape(shape).requires_grad_()


def wave(function, *shape):
    return torch.tensor([function(0.7 * i) for i in range(math.prod(shape))],
                        dtype=torch.float32).reshape(shape)


def losses(make_optimizer):
    w, r, b = weight(4 * UNITS, FEATURES), weight(4 * UNITS, UNITS), weight(8 * UNITS)
    k = weight(UNITS, OUTPUTS)
    weights = {"W": w, "R": r, "B": b, "K": k}
    start = {name: each.detach().clone() for name, each in weights.items()}
    optimizer = make_optimizer(list(weights.values()))
    x, target = wave(math.sin, TIME, BATCH, FEATURES), wave(math.cos, 1, BATCH, OUTPUTS)
    found = []
    for step in range(STEPS + 1):
        h, c = torch.zeros(BATCH, UNITS), torch.zeros(BATCH, UNITS)
        for t in range(TIME):
            z = x[t] @ w.T + h @ r.T + b[:4 * UNITS] + b[4 * UNITS:]
            i, o, f, g = z.chunk(4, dim=1)
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
            h = torch.sigmoid(o) * torch.tanh(c)
        loss = torch.mean((h.unsqueeze(0) @ k - target) ** 2)
        found.append(loss.item())
        if step < STEPS:
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    moved = {name: torch.linalg.norm(each.detach() - start[name]).item()
             for name, each in weights.items()}
    return {"losses": found, "moved": moved}


expected = {
    "origin": f"make_training.py, PyTorch {torch.__version__.split('+')[0]}, float32",
    "sgd": {"rate": 0.1, **losses(lambda each: torch.optim.SGD(each, lr=0.1))},
    "adam": {"rate": 0.05, **losses(lambda each: torch.optim.Adam(each, lr=0.05))},
}
pathlib.Path(__file__).with_name("expected.json").write_text(json.dumps(expected, indent=1) + "\n")

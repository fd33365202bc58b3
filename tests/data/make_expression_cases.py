#!/usr/bin/env python3
"""Writes expression_cases.json: what PyTorch, NumPy and JAX themselves make of texts that people paste.

Use:   make_expression_cases.py OUT.json
Needs: torch, jax, numpy, scipy. The committed file was made with torch 2.15.0, jax 0.10.2, numpy 2.4.6.

values: a text that computes something, evaluated in float64 with the inputs below.
gradients: a whole pasted gradient, run by its own framework; the expected cotangents are what
torch.autograd.grad and jax.vjp gave. Texts of TensorFlow are followed by a formula in NumPy, as is
everything that no framework runs.
"""
import json
import sys

import jax
import jax.numpy as jnp
import numpy as np
import torch
import torch.nn.functional as F
from jax import lax

jax.config.update('jax_enable_x64', True)
random = np.random.default_rng(5)
INPUTS = {
    'x': random.normal(0, 1.5, (3, 4)),
    'y': random.normal(0, 1.5, (3, 4)),
    'u': random.uniform(0.05, 0.95, (3, 4)),  # inside (0, 1)
    'w': random.uniform(1.1, 3, (3, 4)),      # above 1
    'm': random.normal(0, 1, (4, 2)),
    'v': random.normal(0, 1, (4,)),
    'n': np.array([2, 0, 1]),
}
INPUTS['x'][1, 2] = 0.0

UNARY = '''exp exp2 log log2 log10 log1p expm1 sqrt rsqrt square reciprocal abs absolute sign negative neg sin cos tan
asin arcsin atan arctan sinh cosh tanh asinh arcsinh atanh arctanh acos arccos erf erfc sigmoid expit logistic logit sinc
floor ceil round rint trunc frac isnan isinf isfinite logical_not log_sigmoid logsigmoid softplus softsign soft_sign relu
relu6 leaky_relu elu celu selu gelu silu swish mish hard_sigmoid hardsigmoid hard_swish hard_silu hardswish hard_tanh
hardtanh softshrink hardshrink tanhshrink zeros_like ones_like'''.split()
BINARY = '''add subtract sub multiply mul divide true_divide div floor_divide mod remainder fmod rem pow power logaddexp
maximum minimum fmax fmin atan2 arctan2 equal eq not_equal ne less lt less_equal le greater gt greater_equal ge
logical_and logical_or logical_xor heaviside'''.split()
ABOVE_ONE = 'acosh arccosh'.split()
REDUCED = 'sum mean prod max min amax amin any all var std logsumexp argmax argmin'.split()
MODULES = {
    'torch': torch, 'F': F, 'torch.special': torch.special, 'np': np, 'jnp': jnp, 'jax.nn': jax.nn, 'jax.lax': lax,
    'jax.scipy.special': jax.scipy.special,
}
# A name that a module has with another meaning, or that takes other arguments there.
LEFT_OUT = {'torch.equal', 'np.logical_not', 'jax.nn.logsumexp', 'jax.lax.reciprocal', 'jax.lax.argmax', 'jax.lax.argmin', 'jax.lax.rem',
            'jax.lax.round', 'jax.lax.exp2', 'torch.special.round', 'jax.numpy.frac', 'np.all', 'jax.lax.erfc_inv'}

VALUES = '''
torch.clamp(x, -1, 1)
torch.clamp(x, max=0.5)
x.clamp(min=-1, max=1)
x.clamp(-0.5)
np.clip(x, -1, 1)
np.clip(x, -1, None)
jnp.clip(x, min=-1, max=y)
lax.clamp(-1.0, x, 0.5)
torch.where(x > 0, y, x * 2)
np.where((x > 0) & (y < 1) | ~(u > 0.5), y, 0.0)
jnp.where(x == 0, 1.0, x)
lax.select(x > 0, x, y)
x.masked_fill(x < 0, 0.25)
torch.softmax(x, dim=1)
F.softmax(x, 0)
x.softmax(-1)
jax.nn.softmax(x)
jax.nn.softmax(x, axis=0)
F.log_softmax(x, dim=-1)
jax.nn.log_softmax(x)
F.leaky_relu(x, 0.3)
jax.nn.leaky_relu(x, negative_slope=0.3)
F.elu(x, alpha=0.5)
F.gelu(x, approximate='tanh')
jax.nn.gelu(x, approximate=False)
F.softplus(x, beta=2)
F.hardtanh(x, -0.5, 0.75)
F.hardshrink(x, 0.8)
x.sum(dim=0)
x.sum(1, keepdim=True)
x.sum((0, 1))
torch.sum(x, dim=-1, keepdim=True)
np.sum(x, axis=(0, 1), keepdims=True)
x.mean(dim=-1)
x.var(dim=1)
x.var(dim=1, unbiased=False)
torch.std(x, dim=0, keepdim=True)
np.var(x, axis=1, ddof=1)
jnp.std(x, axis=0)
torch.max(x, dim=1).values
x.max(1)[0]
x.min(dim=0)[1] * 1.0
torch.max(x, y)
x.max()
jnp.max(x, axis=1)
jax.nn.logsumexp(x, axis=1)
torch.norm(x)
torch.linalg.norm(x, dim=1)
np.linalg.norm(v)
jnp.linalg.norm(x, axis=1, keepdims=True)
torch.norm(x, p=1, dim=1)
torch.cumsum(x, dim=1)
np.cumsum(x, axis=0)
np.cumsum(x)
x.cumsum(0)
jnp.argmax(x, axis=1) * 1.0
x @ m
torch.matmul(x, m)
torch.mm(x, m)
x.mm(m)
np.dot(v, v)
np.dot(x, v)
jnp.dot(x, m)
torch.outer(v, v)
np.einsum('ij,jk->ik', x, m)
torch.einsum('ij->j', x)
jnp.einsum('ij,jk,ik->j', x, m, x @ m)
x.T
x.mT
x.t()
x.transpose(0, 1)
np.transpose(x)
np.transpose(x, (1, 0))
torch.permute(x, (1, 0))
x.permute(1, 0)
jnp.swapaxes(x, 0, 1)
torch.transpose(x, -1, 0)
np.reshape(x, (2, -1))
x.reshape(4, 3)
x.reshape((6, 2))
x.view(-1)
torch.flatten(x)
x.unsqueeze(1).squeeze(1)
np.expand_dims(x, 0)
jnp.expand_dims(x, (0, 2))
np.squeeze(x[None, ..., None])
torch.broadcast_to(v, (3, 4))
v.expand(2, -1)
v.expand_as(x)
x.sum_to_size(1, 4)
torch.cat([x, y], dim=1)
torch.cat((x, y))
np.concatenate([x, y], axis=1)
torch.stack([x, y], dim=1)
jnp.stack([x, y])
np.tile(v, (2, 2))
v.repeat(2)
np.flip(x, axis=1)
torch.flip(x, [0])
np.take(x, n, axis=0)
torch.index_select(x, 1, n)
jnp.take(x, n, axis=1)
torch.tril(x)
np.triu(x, 1)
x.tril(-1)
x[0]
x[-1, 1:]
x[:, 1]
x[:, ::2]
x[..., None, 1]
x[1:, :-1]
x[n]
x[:, n]
torch.full_like(x, 0.5)
np.full((2, 3), 1.5)
np.ones((2, 3)) * 2
x * np.array([1.0, 2.0, 3.0, 4.0])
x.to(torch.float64)
(x > 0).float()
(x > 0).to(x.dtype) * y
jnp.asarray(x > 0, dtype=x.dtype)
x.astype(jnp.float64)
lax.convert_element_type(x > 0, x.dtype)
x.long() * 1.0
jax.nn.one_hot(n, 4)
F.one_hot(n, 4) * 1.0
x.shape[0] * x / x.shape[-1]
x.numel() * x
x.size(1) * x
x.ndim * x
len(x) * x
np.sqrt(2 / np.pi) * x
x / float(2)
7 // 2 * x + 7 % 4
x // 0.7
x % 0.7
-x ** 2
2 ** -x
x ** 3 - x ** 4
u ** 0.5
u ** y
n ** 2 * 1.0
n // 2 * 1.0
n / 2
n * 0.5
n * x.T
x * True
(n > 0) * v[:3]
x.abs().sqrt().neg()
x.abs_()
x.data.detach().clone().contiguous() * 1.0
torch.sign(x).mul(y).add(1.0)
lax.stop_gradient(x) * 2
np.maximum(x, 0) + np.minimum(x, y)
lax.max(x, y)
abs(x)
max(2, 3) * x
'''.strip().splitlines()


def arrays(text):
    """The inputs as the framework that the text speaks to has them."""
    isTorch = 'torch' in text or 'F.' in text or (not any(m in text for m in ('np.', 'jnp.', 'jax.', 'lax.', '.astype'))
                                                  and text[0] != '-')
    isJax = 'jnp.' in text or 'jax.' in text or 'lax.' in text
    make = torch.tensor if isTorch else jnp.asarray if isJax else np.asarray
    return {name: make(value.copy()) for name, value in INPUTS.items()}


def packed(value):
    value = np.asarray(value)
    return {'shape': list(value.shape), 'values': [v if np.isfinite(v) else str(v) for v in value.astype(np.float64).ravel().tolist()]}


def namespace():
    return dict(torch=torch, F=F, np=np, jnp=jnp, jax=jax, lax=lax)


def value_cases():
    texts = list(VALUES)
    for module, where in MODULES.items():
        def add(name, arguments):
            spelled = f'{module}.{name}'
            if hasattr(where, name) and spelled not in LEFT_OUT:
                texts.append(f'{spelled}({arguments})')
        for name in UNARY:
            add(name, 'u > 0.5' if name == 'logical_not' else 'u' if name not in ('sign', 'abs', 'relu', 'floor', 'round')
                else 'x')
        for name in ABOVE_ONE:
            add(name, 'w')
        for name in BINARY:
            add(name, 'u > 0.5, x > 0' if name.startswith('logical') else 'x, u')
        if module in ('torch', 'np', 'jnp'):
            for name in REDUCED:
                key = 'dim' if module == 'torch' else 'axis'
                argument = 'x > 0' if name in ('any', 'all') else 'x'
                if not (module == 'torch' and name in ('max', 'min')):
                    add(name, f'{argument}, {key}=1')
                if name not in ('logsumexp',):
                    add(name, argument)
    for name in UNARY + BINARY:
        if hasattr(torch.Tensor, name) and name not in ('logical_not', 'exp2', 'hardshrink', 'heaviside', 'equal'):
            texts.append(f'u.{name}()' if name in UNARY else f'x.{name}(u)')
    cases = []
    for text in texts:
        try:
            value = eval(text, namespace(), arrays(text))
        except Exception as error:  # a text that its framework refuses is no case
            print('left out:', text, type(error).__name__, error, file=sys.stderr)
            continue
        cases.append({'text': text, **packed(value)})
    return cases


# A text, its framework, how to call it, which inputs it takes.
GRADIENTS = [
    ('torch', 'ReLU of the tutorials', 'MyReLU.apply(x)', ['x'], '''
class MyReLU(torch.autograd.Function):
    """We can implement our own custom autograd Functions."""
    @staticmethod
    def forward(ctx, input):
        ctx.save_for_backward(input)
        return input.clamp(min=0)

    @staticmethod
    def backward(ctx, grad_output):
        input, = ctx.saved_tensors
        grad_input = grad_output.clone()
        grad_input[input < 0] = 0
        return grad_input
'''),
    ('torch', 'Linear of the tutorials', 'LinearFunction.apply(x, m.T, m[0])', ['x', 'm.T', 'm[0]'], '''
import torch
from torch.autograd import Function

# Inherit from Function
class LinearFunction(Function):
    @staticmethod
    def forward(ctx, input, weight, bias=None):
        ctx.save_for_backward(input, weight, bias)
        output = input.mm(weight.t())
        if bias is not None:
            output += bias.unsqueeze(0).expand_as(output)
        return output

    @staticmethod
    def backward(ctx, grad_output):
        input, weight, bias = ctx.saved_tensors
        grad_input = grad_weight = None
        if ctx.needs_input_grad[0]:
            grad_input = grad_output.mm(weight)
        if ctx.needs_input_grad[1]:
            grad_weight = grad_output.t().mm(input)
        if bias is not None and ctx.needs_input_grad[2]:
            grad_bias = grad_output.sum(0)
        return grad_input, grad_weight, grad_bias
'''),
    ('torch', 'a constant on ctx', 'MulConstant.apply(x, 3)', ['x'], '''
class MulConstant(torch.autograd.Function):
    @staticmethod
    def forward(ctx, tensor, constant=3):
        ctx.constant = constant
        return tensor * constant

    @staticmethod
    def backward(ctx, grad_output):
        # We return as many input gradients as there were arguments.
        return grad_output * ctx.constant, None
'''),
    ('torch', 'setup_context', 'Exp.apply(x)', ['x'], '''
class Exp(torch.autograd.Function):
    @staticmethod
    def forward(i: torch.Tensor) -> torch.Tensor:
        return torch.exp(i)

    @staticmethod
    def setup_context(ctx, inputs, output):
        (i,) = inputs
        ctx.save_for_backward(output)

    @staticmethod
    def backward(ctx, grad_output):
        result, = ctx.saved_tensors
        return grad_output * result
'''),
    ('torch', 'surrogate spike', 'SurrGradSpike.apply(x)', ['x'], '''
class SurrGradSpike(torch.autograd.Function):
    scale = 100.0  # controls steepness of surrogate gradient

    @staticmethod
    def forward(ctx, input):
        ctx.save_for_backward(input)
        out = torch.zeros_like(input)
        out[input > 0] = 1.0
        return out

    @staticmethod
    def backward(ctx, grad_output):
        input, = ctx.saved_tensors
        grad_input = grad_output.clone()
        grad = grad_input/(SurrGradSpike.scale*torch.abs(input)+1.0)**2
        return grad
'''),
    ('torch', 'clipped straight-through', 'STEFunction.apply(x)', ['x'], '''
class STEFunction(torch.autograd.Function):
    @staticmethod
    def forward(ctx, input):
        ctx.save_for_backward(input)
        return torch.sign(input)

    @staticmethod
    def backward(ctx, grad_output):
        (input,) = ctx.saved_tensors
        return F.hardtanh(grad_output) * (input.abs() <= 1).type_as(grad_output)
'''),
    ('torch', 'helper function and constant', 'Fast.apply(x)', ['x'], '''
import math
import torch.nn.functional as nnf
ALPHA = math.pi / 2

def surrogate(v, alpha):
    return alpha / 2 / (1 + (ALPHA * alpha * v).pow(2))

class Fast(torch.autograd.Function):
    @staticmethod
    def forward(ctx, v, alpha=2.0):
        ctx.save_for_backward(v)
        ctx.alpha = alpha
        return nnf.relu(v)

    @staticmethod
    def backward(ctx, g):
        v = ctx.saved_tensors[0]
        return surrogate(v, ctx.alpha) * g
'''),
    ('torch', 'two inputs', 'Product.apply(x, y)', ['x', 'y'], '''
class Product(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a, b):
        ctx.save_for_backward(a, b)
        return a * b
    @staticmethod
    def backward(ctx, g):
        a, b = ctx.saved_tensors
        return g * b, g * a
'''),
    ('torch', 'in-place methods', 'InPlace.apply(x)', ['x'], '''
class InPlace(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.tanh(x)
    @staticmethod
    def backward(ctx, grad):
        x, = ctx.saved_tensors
        grad = grad.clone()
        grad.mul_(x).clamp_(-1, 1)
        grad += 0.5
        grad[x > 1] *= 0
        return grad
'''),
    ('torch', 'fast sigmoid of a spiking network', 'FastSigmoid.apply(x)', ['x'], '''
class FastSigmoid(torch.autograd.Function):
    @staticmethod
    def forward(ctx, input_, slope=25):
        ctx.save_for_backward(input_)
        ctx.slope = slope
        out = (input_ > 0).to(input_.dtype)
        return out

    @staticmethod
    def backward(ctx, grad_output):
        (input_,) = ctx.saved_tensors
        grad_input = grad_output.clone()
        grad = (
            grad_input
            / (ctx.slope * torch.abs(input_) + 1.0) ** 2
        )
        return grad, None
'''),
    ('torch', 'arctangent by a helper', 'ATan.apply(x, 2.0)', ['x'], '''
def heaviside(x: torch.Tensor):
    return (x >= 0).to(x)

def atan_backward(grad_output: torch.Tensor, x: torch.Tensor, alpha: float):
    return alpha / 2 / (1 + (math.pi / 2 * alpha * x).pow_(2)) * grad_output, None

import math

class ATan(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, alpha=2.0):
        if x.requires_grad:
            ctx.save_for_backward(x)
            ctx.alpha = alpha
        return heaviside(x)

    @staticmethod
    def backward(ctx, grad_output):
        return atan_backward(grad_output, ctx.saved_tensors[0], ctx.alpha)
'''),
    ('jax', 'decorator', 'f(x)', ['x'], '''
@jax.custom_vjp
def f(x):
    return jnp.sign(x)

def f_fwd(x):
    # Returns primal output and residuals to be used in backward pass by f_bwd.
    return f(x), (jnp.cos(x), x)

def f_bwd(res, g):
    cos_x, x = res  # Gets residuals computed in f_fwd
    return (cos_x * g * x,)

f.defvjp(f_fwd, f_bwd)
'''),
    ('jax', 'assignment', 'clip_gradient(x)', ['x'], '''
import jax
from jax import numpy as jnp
from functools import partial

def clip_gradient(x):
    return x  # identity function

clip_gradient = jax.custom_vjp(clip_gradient)

def clip_gradient_fwd(x):
    return x, (-0.4, 0.3)

def clip_gradient_bwd(res, g):
    lo, hi = res
    return jnp.clip(g, lo, hi),

clip_gradient.defvjp(clip_gradient_fwd, clip_gradient_bwd)
'''),
    ('jax', 'two inputs', 'g(x, y)', ['x', 'y'], '''
import jax.numpy as jnp
from jax import custom_vjp
@custom_vjp
def g(x, y):
    return jnp.sin(x) * y
def g_fwd(x, y):
    return g(x, y), (jnp.cos(x), jnp.sin(x), y)
def g_bwd(res, ct):
    cos_x, sin_x, y = res
    return (cos_x * ct * y, sin_x * ct)
g.defvjp(g_fwd, g_bwd)
'''),
    # What no framework here runs: a formula in NumPy for each input.
    ('numpy', 'TensorFlow, log1pexp of the documentation', ['dy * (1 - 1 / (1 + np.exp(x)))'], ['x'], '''
@tf.custom_gradient
def log1pexp(x):
    e = tf.exp(x)
    def grad(upstream):
        return upstream * (1 - 1 / (1 + e))
    return tf.math.log(1 + e), grad
'''),
    ('numpy', 'Keras, log1pexp of the documentation', ['dy * (1 - 1 / (1 + np.exp(x)))'], ['x'], '''
@ops.custom_gradient
def log1pexp(x):
    e = ops.exp(x)

    def grad(*args, upstream=None):
        if upstream is None:
            (upstream,) = args
        return ops.multiply(upstream, 1.0 - 1.0 / ops.add(1, e))

    return ops.log(1 + e), grad
'''),
    ('numpy', 'TensorFlow, straight-through', ['dy * (np.abs(x) <= 1)'], ['x'], '''
import tensorflow as tf

@tf.custom_gradient
def ste_sign(x: tf.Tensor):
    """Sign with a straight-through estimator."""
    def grad(dy, variables=None):
        mask = tf.cast(tf.less_equal(tf.abs(x), 1.0), x.dtype)
        return tf.multiply(dy, mask)
    return tf.sign(x), grad
'''),
    ('numpy', 'TensorFlow, two inputs and clip_by_norm', ['dy * y', 'x / np.linalg.norm(x)'], ['x', 'y'], '''
@tf.custom_gradient
def product(a, b):
  def grad(*dys):
    return dys[0] * b, tf.clip_by_norm(100.0 * a, 1.0)
  return a * b, grad
'''),
    ('numpy', 'TensorFlow 1, RegisterGradient', ['dy / (np.abs(x) + 1) ** 2'], ['x'], '''
@tf.RegisterGradient("FastSign")
def _fast_sign_grad(op, grad):
  x = op.inputs[0]
  return grad / tf.square(tf.abs(x) + 1)
'''),
    ('numpy', 'a function', ['dy * np.exp(-x**2)'], ['x'], 'def grad(dy): return dy * tf.exp(-x**2)'),
    ('numpy', 'a function of x and dy', ['dy * np.exp(-x**2)'], ['x'], '''
import numpy as np
def my_backward(x, grad_output):
    t = np.exp(-x ** 2)
    return t * grad_output
'''),
    ('numpy', 'lines', ['dy * (1 - np.tanh(x)**2)'], ['x'], '''
    t = tf.math.tanh(x)
    dx = dy * (1 - t**2)
'''),
    ('numpy', 'lines that end with a value', ['2 * dy * x'], ['x'], 't = x\nt += x\nt * dy\n'),
    ('numpy', 'lines that return', ['2 * dy * x'], ['x'], 't = 2 * x\nreturn t * dy'),
    ('numpy', 'named results', ['dy * y', 'dy * x'], ['x', 'y'], 'dx1 = dy * x0, dx0 = dy * x1'),
    ('numpy', 'None', ['dy', None], ['x', 'y'], 'dy, None'),
    ('numpy', 'a number', ['0 * x + 0.5'], ['x'], '0.5'),
    ('numpy', 'summed where it is larger', ['dy.sum(0) * v'], ['v'], 'dy * x'),
]


def gradient_of(case, dy):
    framework, name, call, inputs, text = case
    if framework == 'numpy':
        scope = dict(INPUTS, np=np, dy=dy)
        return [None if formula is None else eval(formula, scope) for formula in call]
    space = namespace()
    exec(text, space)
    if framework == 'torch':
        space.update({key: torch.tensor(value) for key, value in INPUTS.items()})
        tensors = [eval(i, space).detach().clone().requires_grad_() for i in inputs]
        for i, tensor in zip(inputs, tensors):
            call = call.replace(f'({i}', f'(t_{len(space)}').replace(f' {i}', f' t_{len(space)}')
            space[f't_{len(space)}'] = tensor
        result = eval(call, space)
        grads = torch.autograd.grad(result, tensors, torch.tensor(dy[:, :result.shape[1]]))
        return [g.numpy() for g in grads]
    arrays = [jnp.asarray(eval(i, dict(INPUTS))) for i in inputs]
    names = {f'a{k}': a for k, a in enumerate(arrays)}
    for k, i in enumerate(inputs):
        call = call.replace(f'({i}', f'(a{k}').replace(f' {i}', f' a{k}')
    result, back = jax.vjp(lambda *a: eval(call, dict(space, **dict(zip(names, a)))), *arrays)
    return list(back(jnp.asarray(dy)))


def gradient_cases():
    dy = random.normal(0, 1, (3, 4))
    cases = []
    for case in GRADIENTS:
        grads = gradient_of(case, dy)
        inputs = [eval(i, dict(INPUTS)) for i in case[3]]
        out = dy[:, :2] if 'Linear' in case[1] else dy
        cases.append({'name': f'{case[0]}: {case[1]}', 'text': case[4], 'dy': packed(out),
                      'inputs': [packed(i) for i in inputs],
                      'gradients': [None if g is None else packed(g) for g in grads]})
    return cases


def lines(items):
    return '[\n' + ',\n'.join(json.dumps(item) for item in items) + ']'


with open(sys.argv[1], 'w') as file:
    inputs = json.dumps({name: packed(value) for name, value in INPUTS.items()})
    file.write(f'{{"inputs": {inputs},\n"values": {lines(value_cases())},\n"gradients": {lines(gradient_cases())}}}\n')

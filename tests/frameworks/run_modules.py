"""Runs the modules that write_modules.py wrote, in their framework.

Use: run_modules.py FRAMEWORK FOLDER. Each module's test must pass as it is, and fail once the
framework's means for a gradient of one's own are taken away: the op's gradient is its own then.
"""

import contextlib
import json
import pathlib
import sys


class PlainContext:
    def save_for_backward(self, *tensors):
        pass

    def mark_non_differentiable(self, *tensors):
        pass


class PlainFunction:
    """A torch.autograd.Function that is its forward alone."""

    @classmethod
    def apply(cls, *inputs):
        return cls.forward(PlainContext(), *inputs)


class PlainVjp:
    """A jax.custom_vjp that is its function alone."""

    def __init__(self, function):
        self.function = function

    def __call__(self, *inputs):
        return self.function(*inputs)

    def defvjp(self, forward, backward):
        pass


def plain_gradient(function):
    """A tf.custom_gradient that is the function's first result alone."""
    return lambda *inputs: function(*inputs)[0]


@contextlib.contextmanager
def without_fix(framework):
    if framework == "tensorflow":
        import tensorflow
        owner, name, plain = tensorflow, "custom_gradient", plain_gradient
    elif framework == "pytorch":
        import torch
        owner, name, plain = torch.autograd, "Function", PlainFunction
    else:
        import jax
        owner, name, plain = jax, "custom_vjp", PlainVjp
    kept = getattr(owner, name)
    setattr(owner, name, plain)
    try:
        yield
    finally:
        setattr(owner, name, kept)


def run(path):
    """Runs the module's test; what went wrong, or None."""
    names = {"__name__": path.stem}
    try:
        exec(compile(path.read_text(), str(path), "exec"), names)
        test = [value for name, value in names.items() if name.startswith("test_")]
        assert len(test) == 1, f"{len(test)} tests"
        test[0]()
    except Exception as error:  # the framework's own exceptions are many
        return f"{type(error).__name__}: {error}"
    return None


def check(framework, folder):
    failures = 0
    cases = json.loads((folder / framework / "cases.json").read_text())
    for case in cases:
        path = folder / framework / case["module"]
        wrong = run(path)
        if wrong is None:
            with without_fix(framework):
                broken = run(path)
            if broken is None and not case["is_same"]:
                wrong = "the test passes without the fix"
            if broken is not None and case["is_same"]:
                wrong = "the framework's own gradient is another one: " + broken
        if wrong is not None:
            failures += 1
            print(f"{framework}: {case['name']} ({path}): {wrong}")
    print(f"{framework}: {len(cases) - failures} of {len(cases)} fixes work, and are missed when "
          "taken away")
    return failures


if __name__ == "__main__":
    sys.exit(1 if check(sys.argv[1], pathlib.Path(sys.argv[2])) else 0)

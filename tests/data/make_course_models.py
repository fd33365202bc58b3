"""Writes models/courses: models whose course the data decide (If, Loop, sequences, sizes), each with
its loss (the sum of output y) and gradients as entries of an .npz.

    python make_course_models.py FOLDER       (onnx 1.23, onnxruntime 1.30, numpy; fixed seed)

Forward values are ONNX Runtime's in float64; gradients are its central differences, extrapolated
three times (Richardson), so that nothing here knows a gradient rule.
"""
import pathlib
import sys

import numpy as np
import onnx
import onnxruntime as ort

TRAINING = "ai.onnx.preview.training"
HEADER = '<ir_version: 8, opset_import: ["" : %d]>'

COURSES = {
    # the condition is computed from data; the other branch has a weight of its own
    "if_then": ("x", """
        s = ReduceSum<keepdims=0>(x)
        c = Greater(s, zero)
        h = If (c) <
            then_branch = t () => (double[N, H] a) { p = MatMul(x, w1)  a = Tanh(p) },
            else_branch = e () => (double[N, H] b) { q = MatMul(x, w2)  b = Sigmoid(q) }>
        y = MatMul(h, w3)"""),
    "if_else": ("x", """
        s = ReduceSum<keepdims=0>(x)
        c = Less(s, zero)
        h = If (c) <
            then_branch = t () => (double[N, H] a) { p = MatMul(x, w1)  a = Tanh(p) },
            else_branch = e () => (double[N, H] b) { q = MatMul(x, w2)  b = Sigmoid(q) }>
        y = MatMul(h, w3)"""),
    "if_in_if": ("x", """
        s = ReduceSum<keepdims=0>(x)
        c = Greater(s, zero)
        d = Less(s, zero)
        h = If (c) <
            then_branch = t () => (double[N, H] a) {
                a = If (d) <
                    then_branch = tt () => (double[N, H] aa) { aa = MatMul(x, w1) },
                    else_branch = te () => (double[N, H] ab) { r = MatMul(x, w2)  ab = Tanh(r) }>
            },
            else_branch = e () => (double[N, H] b) { b = MatMul(x, w1) }>
        y = MatMul(h, w3)"""),
    # training turns the condition
    "if_by_weight": ("x", """
        p = MatMul(x, w1)
        s = ReduceSum<keepdims=0>(p)
        c = Less(s, zero)
        h = If (c) <
            then_branch = t () => (double[N, H] a) { a = Mul(p, half) },
            else_branch = e () => (double[N, H] b) { b = Sub(zero, p) }>
        y = MatMul(h, w3)"""),
    # how often it runs depends on what it carries
    "while": ("x", """
        yes = Constant<value = bool {1}>()
        h, n = Loop ("", yes, x, one) <
            body = b (int64 i, bool c, double[N, H] h0, double[1] n0) =>
                   (bool d, double[N, H] h2, double[1] n2) {
                p = MatMul(h0, w1)
                q = Add(p, x)
                h2 = Tanh(q)
                n2 = Mul(n0, half)
                d0 = Greater(n2, small)
                d1 = Squeeze(d0)
                d = Identity(d1)
            }>
        m = Mul(h, n)
        y = MatMul(m, w3)"""),
    # as jax2onnx writes a while_loop: the count is the largest there is
    "while_true": ("x", """
        yes = Constant<value = bool {1}>()
        most = Constant<value = int64 {9223372036854775807}>()
        h = Loop (most, yes, x) <
            body = b (int64 i, bool c, double[N, H] h0) => (bool d, double[N, H] h2) {
                p = MatMul(h0, w1)
                h2 = Tanh(p)
                m = ReduceMax<keepdims=0>(h2)
                d = Greater(m, quarter)
            }>
        y = MatMul(h, w3)"""),
    "loop_count_is_input": ("x n", """
        h, all = Loop (n, "", x) <
            body = b (int64 i, bool c, double[N, H] h0) => (bool d, double[N, H] h2, double[N, H] o) {
                d = Identity(c)
                p = MatMul(h0, w1)
                h2 = Tanh(p)
                o = Sin(h2)
            }>
        u = ReduceSum<keepdims=0>(all)
        v = Mul(h, u)
        y = MatMul(v, w3)"""),
    "loop_of_none": ("x none", """
        h = Loop (none, "", x) <
            body = b (int64 i, bool c, double[N, H] h0) => (bool d, double[N, H] h2) {
                d = Identity(c)
                p = MatMul(h0, w1)
                h2 = Tanh(p)
            }>
        y = MatMul(h, w3)"""),
    # the branch differs between iterations, so that one body cannot stand for all
    "if_in_loop": ("x n", """
        h = Loop (n, "", x) <
            body = b (int64 i, bool c, double[N, H] h0) => (bool d, double[N, H] h2) {
                d = Identity(c)
                s = ReduceSum<keepdims=0>(h0)
                g = Greater(s, zero)
                h2 = If (g) <
                    then_branch = t () => (double[N, H] a) { k = MatMul(h0, w1) l = Tanh(k) a = Sub(l, one) },
                    else_branch = e () => (double[N, H] f) { m = MatMul(h0, w2) o = Sigmoid(m) f = Add(o, half) }>
            }>
        y = MatMul(h, w3)"""),
    "if_in_scan": ("x seq", """
        h, all = Scan (x, seq) <num_scan_inputs = 1, scan_output_directions = [1],
            body = b (double[N, H] h0, double[N, H] s) => (double[N, H] h2, double[N, H] o) {
                p = MatMul(h0, w1)
                q = Add(p, s)
                r = ReduceSum<keepdims=0>(q)
                g = Greater(r, zero)
                h2 = If (g) <
                    then_branch = t () => (double[N, H] a) { a = Tanh(q) },
                    else_branch = e () => (double[N, H] f) { f = MatMul(q, w2) }>
                o = Sin(h2)
            }>
        z = Mul(all, seq)
        u = ReduceSum<keepdims=0>(z, axis0)
        v = Add(h, u)
        y = MatMul(v, w3)"""),
    "while_in_loop": ("x n", """
        yes = Constant<value = bool {1}>()
        h = Loop (n, "", x) <
            body = b (int64 i, bool c, double[N, H] h0) => (bool d, double[N, H] h2) {
                d = Identity(c)
                h2, k = Loop ("", yes, h0, one) <
                    body = b2 (int64 j, bool e, double[N, H] g0, double[1] n0) =>
                           (bool f, double[N, H] g2, double[1] n2) {
                        p = MatMul(g0, w1)
                        g2 = Tanh(p)
                        m = ReduceMax<keepdims=0>(g2)
                        n2 = Mul(n0, half)
                        a = Greater(m, tiny)
                        b0 = ReduceMin<keepdims=0>(n2)
                        b1 = Greater(b0, tiny)
                        f = And(a, b1)
                    }>
            }>
        y = MatMul(h, w3)"""),
    # sequences
    "sequence_in_loop": ("x n", """
        none = SequenceEmpty<dtype = 11>()
        h, all = Loop (n, "", x, none) <
            body = b (int64 i, bool c, double[N, H] h0, seq(double[N, H]) s0) =>
                   (bool d, double[N, H] h2, seq(double[N, H]) s2) {
                d = Identity(c)
                p = MatMul(h0, w1)
                h2 = Tanh(p)
                s2 = SequenceInsert(s0, h2)
            }>
        j = ConcatFromSequence<axis = 1>(all)
        r = ReduceSum<keepdims=0>(j)
        v = Mul(h, r)
        y = MatMul(v, w3)"""),
    "sequence_place_by_data": ("x", """
        a = MatMul(x, w1)
        b = MatMul(x, w2)
        s = SequenceConstruct(a, b, x)
        k = ArgMax<axis = 0, keepdims = 0>(fixed)
        e = SequenceErase(s, k)
        i = SequenceInsert(e, a, k)
        h = SequenceAt(i, k)
        n = SequenceLength(i)
        f = Cast<to = 11>(n)
        g = Mul(h, f)
        y = MatMul(g, w3)"""),
    "split_to_sequence": ("x", """
        s = SplitToSequence<axis = 1, keepdims = 0>(x)
        last = Constant<value = int64 {-1}>()
        h = SequenceAt(s, last)
        t = ConcatFromSequence<axis = 1, new_axis = 1>(s)
        u = MatMul(t, w1)
        r = ReduceSum<keepdims = 0>(h)
        v = Mul(u, r)
        y = MatMul(v, w3)"""),
    "optional": ("x", """
        a = MatMul(x, w1)
        o = Optional(a)
        has = OptionalHasElement(o)
        h = If (has) <
            then_branch = t () => (double[N, H] b) { e = OptionalGetElement(o) b = Tanh(e) },
            else_branch = f () => (double[N, H] d) { d = Identity(x) }>
        y = MatMul(h, w3)"""),
    # sizes that only a run knows
    "compress": ("x", """
        s = ReduceSum<keepdims=0>(x, axis1)
        c = Greater(s, one)
        k = Compress<axis = 0>(x, c)
        p = MatMul(k, w1)
        h = Tanh(p)
        y = MatMul(h, w3)"""),
    "nonzero": ("x", """
        c = Greater(x, zero)
        k = NonZero(c)
        t = Transpose(k)
        g = GatherND(x, t)
        q = Sin(g)
        r = ReduceSum<keepdims=0>(q)
        p = MatMul(x, w1)
        v = Mul(p, r)
        y = MatMul(v, w3)"""),
    "range_by_data": ("x n", """
        z = Constant<value = int64 {0}>()
        o = Constant<value = int64 {1}>()
        r = Range(z, n, o)
        f = Cast<to = 11>(r)
        a = Constant<value = int64[2] {-1, 1}>()
        c = Reshape(f, a)
        s = Shape<start = 0, end = 1>(c)
        hs = Constant<value = int64[1] {4}>()
        sh = Concat<axis = 0>(s, hs)
        e = Expand(half, sh)
        d = Mul(e, c)
        p = MatMul(d, w1)
        h = Tanh(p)
        y = MatMul(h, w3)"""),
    "unique_rows": ("x ids", """
        u, first, back, count = Unique(ids)
        t = Gather<axis = 0>(w2, u)
        g = Gather<axis = 0>(t, back)
        p = Mul(g, x)
        h = Tanh(p)
        y = MatMul(h, w3)"""),
    # opset 8: batch before time, a body for one sample
    "scan_8": ("x seq", """
        s = Transpose<perm = [1, 0, 2]>(seq)
        h, all = Scan ("", x, s) <num_scan_inputs = 1, directions = [1],
            body = b (double[H] h0, double[H] e) => (double[H] h2, double[H] o) {
                p = MatMul(h0, w1)
                q = Add(p, e)
                h2 = Tanh(q)
                o = Sin(h2)
            }>
        r = ReduceSum<axes = [1], keepdims = 0>(all)
        v = Mul(h, r)
        y = MatMul(v, w3)""", {"opset": 8}),
    "scan_8_lengths": ("x seq lengths", """
        s = Transpose<perm = [1, 0, 2]>(seq)
        h, all = Scan (lengths, x, s) <num_scan_inputs = 1,
            body = b (double[H] h0, double[H] e) => (double[H] h2, double[H] o) {
                p = MatMul(h0, w1)
                q = Add(p, e)
                h2 = Tanh(q)
                o = Sin(h2)
            }>
        r = ReduceSum<axes = [1], keepdims = 0>(all)
        v = Mul(h, r)
        y = MatMul(v, w3)""", {"opset": 8}),
    "einsum_of_four": ("x seq", """
        h = Einsum<equation = "nh,hk,tnk,kj->nj">(x, w1, seq, w2)
        t = Tanh(h)
        y = MatMul(t, w3)"""),
    # Gradient of the training domain; the runtime gets the derivative worked out by hand
    "gradient_op": ("x", """
        p = MatMul(x, w1)
        h = Tanh(p)
        q = Mul(h, h)
        s = ReduceSum<keepdims = 0>(q)
        g, gw = ai.onnx.preview.training.Gradient<xs = ["x", "w1"], y = "s">(x, w1)
        k = Transpose(gw)
        v = MatMul(g, k)
        y = MatMul(v, w3)""", {"reference": """
        p = MatMul(x, w1)
        h = Tanh(p)
        a = Mul(h, h)
        b = Sub(one, a)
        c = Mul(h, b)
        d = Add(c, c)
        t = Transpose(w1)
        g = MatMul(d, t)
        xt = Transpose(x)
        gw = MatMul(xt, d)
        k = Transpose(gw)
        v = MatMul(g, k)
        y = MatMul(v, w3)"""}),
    # at other values than those that h has in the graph, against an intermediate, to second order
    "gradient_op_elsewhere": ("x", """
        p = MatMul(x, w1)
        h = Sin(p)
        q = Mul(h, h)
        z = MatMul(q, w2)
        m = Mul(x, half)
        first = ai.onnx.preview.training.Gradient<xs = ["p"], zs = ["w2"], y = "z">(m, w2)
        second = ai.onnx.preview.training.Gradient<xs = ["m"], zs = ["w2"], y = "first">(m, w2)
        u = Add(first, second)
        y = MatMul(u, w3)""", {"reference": """
        m = Mul(x, half)
        m2 = Add(m, m)
        row = ReduceSum(w2, axis1)
        t = Transpose(row)
        sine = Sin(m2)
        cosine = Cos(m2)
        twice = Add(cosine, cosine)
        sum = Add(sine, twice)
        u = Mul(sum, t)
        y = MatMul(u, w3)"""}),
    # through a recurrence: the runtime gets backpropagation through time worked out by hand. What
    # multiplies the sequence comes from the loop that runs back, so it can't move into the first one
    "gradient_op_scan": ("x seq", """
        last, all = Scan (x, seq) <num_scan_inputs = 1,
            body = b (double[N, H] h0, double[N, H] e) => (double[N, H] h2, double[N, H] o) {
                p = MatMul(h0, w1)
                q = Add(p, e)
                h2 = Tanh(q)
                o = Sin(h2)
            }>
        s1 = ReduceSum<keepdims = 0>(all)
        l = Mul(last, half)
        s2 = ReduceSum<keepdims = 0>(l)
        s = Add(s1, s2)
        g, gw, gs = ai.onnx.preview.training.Gradient<xs = ["x", "w1", "seq"], y = "s">(x, w1, seq)
        k = Transpose(gw)
        v = MatMul(g, k)
        m = ReduceSum<keepdims = 0>(gs, axis0)
        f = Mul(all, m)
        r = ReduceSum<keepdims = 0>(f, axis0)
        u = Add(v, r)
        y = MatMul(u, w3)""", {"reference": """
        last, before, after = Scan (x, seq) <num_scan_inputs = 1,
            body = b (double[N, H] h0, double[N, H] e) =>
                   (double[N, H] h2, double[N, H] i, double[N, H] o) {
                p = MatMul(h0, w1)
                q = Add(p, e)
                h2 = Tanh(q)
                i = Identity(h0)
                o = Identity(h2)
            }>
        none0 = Mul(last, zero)
        dlast = Add(none0, half)
        none = Mul(w1, zero)
        t = Transpose(w1)
        g, gw, gs = Scan (dlast, none, before, after) <num_scan_inputs = 2,
            scan_input_directions = [1, 1], scan_output_directions = [1],
            body = r (double[N, H] dh, double[H, H] dw, double[N, H] hb, double[N, H] ha) =>
                   (double[N, H] dh2, double[H, H] dw2, double[N, H] de) {
                c = Cos(ha)
                d = Add(dh, c)
                hh = Mul(ha, ha)
                a = Sub(one, hh)
                de = Mul(d, a)
                dh2 = MatMul(de, t)
                ht = Transpose(hb)
                dp = MatMul(ht, de)
                dw2 = Add(dw, dp)
            }>
        k = Transpose(gw)
        v = MatMul(g, k)
        m = ReduceSum<keepdims = 0>(gs, axis0)
        all = Sin(after)
        f = Mul(all, m)
        r = ReduceSum<keepdims = 0>(f, axis0)
        u = Add(v, r)
        y = MatMul(u, w3)"""}),
    "gradient_op_rnn": ("seq", """
        wx = Unsqueeze(w1, axis0)
        wh = Unsqueeze(w2, axis0)
        all, last = RNN<hidden_size = 4, direction = "reverse">(seq, wx, wh)
        o = Sin(all)
        s1 = ReduceSum<keepdims = 0>(o)
        l = Mul(last, last)
        s2 = ReduceSum<keepdims = 0>(l)
        s = Add(s1, s2)
        g, gx, gh = ai.onnx.preview.training.Gradient<xs = ["seq", "w1", "w2"], y = "s">(seq, w1, w2)
        m = ReduceSum<keepdims = 0>(g, axis0)
        k = Mul(gx, gh)
        u = MatMul(m, k)
        v = Mul(u, tiny)
        y = MatMul(v, w3)""", {"reference": """
        tx = Transpose(w1)
        th = Transpose(w2)
        r = ReduceSum<keepdims = 0>(seq, axis0)
        first = Mul(r, zero)
        last, before, after = Scan (first, seq) <num_scan_inputs = 1, scan_input_directions = [1],
            scan_output_directions = [1, 1],
            body = b (double[N, H] h0, double[N, H] e) =>
                   (double[N, H] h2, double[N, H] i, double[N, H] o) {
                p = MatMul(h0, th)
                f = MatMul(e, tx)
                q = Add(p, f)
                h2 = Tanh(q)
                i = Identity(h0)
                o = Identity(h2)
            }>
        dlast = Add(last, last)
        none = Mul(w1, zero)
        gone, gx, gh, g = Scan (dlast, none, none, before, after, seq) <num_scan_inputs = 3,
            body = r (double[N, H] dh, double[H, H] dx, double[H, H] dw,
                      double[N, H] hb, double[N, H] ha, double[N, H] e) =>
                   (double[N, H] dh2, double[H, H] dx2, double[H, H] dw2, double[N, H] de) {
                c = Cos(ha)
                d = Add(dh, c)
                hh = Mul(ha, ha)
                a = Sub(one, hh)
                dq = Mul(d, a)
                dh2 = MatMul(dq, w2)
                de = MatMul(dq, w1)
                qt = Transpose(dq)
                dp = MatMul(qt, hb)
                dw2 = Add(dw, dp)
                dy = MatMul(qt, e)
                dx2 = Add(dx, dy)
            }>
        m = ReduceSum<keepdims = 0>(g, axis0)
        k = Mul(gx, gh)
        u = MatMul(m, k)
        v = Mul(u, tiny)
        y = MatMul(v, w3)"""}),
    # a descent by it at every timestep
    "gradient_op_in_body": ("x seq", """
        last, all = Scan (x, seq) <num_scan_inputs = 1,
            body = b (double[N, H] h0, double[N, H] e) => (double[N, H] h2, double[N, H] o) {
                p = MatMul(h0, w1)
                d = Sub(p, e)
                q = Mul(d, d)
                s = ReduceSum<keepdims = 0>(q)
                g = ai.onnx.preview.training.Gradient<xs = ["h0"], y = "s">(h0)
                f = Mul(g, tiny)
                h2 = Sub(h0, f)
                o = Sin(h2)
            }>
        r = ReduceSum<keepdims = 0>(all, axis0)
        v = Mul(last, r)
        y = MatMul(v, w3)""", {"reference": """
        t = Transpose(w1)
        last, all = Scan (x, seq) <num_scan_inputs = 1,
            body = b (double[N, H] h0, double[N, H] e) => (double[N, H] h2, double[N, H] o) {
                p = MatMul(h0, w1)
                d = Sub(p, e)
                dd = Add(d, d)
                g = MatMul(dd, t)
                f = Mul(g, tiny)
                h2 = Sub(h0, f)
                o = Sin(h2)
            }>
        r = ReduceSum<keepdims = 0>(all, axis0)
        v = Mul(last, r)
        y = MatMul(v, w3)"""}),
}


def texts():
    for name, (inputs, body, *more) in COURSES.items():
        yield name, inputs.split(), body, *(more or [{}])


def data(random):
    n, h = 3, 4
    tensors = {
        "x": random.normal(size=(n, h)) * 0.7 + 0.1,
        "n": np.array(3, np.int64),
        "none": np.array(0, np.int64),
        "seq": random.normal(size=(5, n, h)),
        "ids": np.array([2, 0, 2], np.int64),
        "lengths": np.array([2, 5, 3], np.int64),
    }
    weights = {
        "w1": random.normal(size=(h, h)) * 0.6, "w2": random.normal(size=(h, h)) * 0.6,
        "w3": random.normal(size=(h, 2)),
    }
    constants = {
        "zero": np.array(0.0), "one": np.array([1.0]), "half": np.array([0.5]),
        "small": np.array([0.1]), "tiny": np.array(0.1), "quarter": np.array(0.25), "fixed": np.array([0.2, 0.9, 0.1]),
        "axis0": np.array([0], np.int64), "axis1": np.array([1], np.int64),
    }
    return tensors, weights, constants


def derivative(function, at, index):
    """Central differences at halved steps, extrapolated (Richardson)."""
    def central(step):
        values = []
        for sign in (1, -1):
            moved = at.copy()
            moved.flat[index] += sign * step
            values.append(function(moved))
        return (values[0] - values[1]) / (2 * step)
    table = [central(1e-3 / 2**k) for k in range(4)]
    for level in range(1, 4):
        table = [(4**level * b - a) / (4**level - 1) for a, b in zip(table, table[1:])]
    return table[0]


def main(folder):
    for name, inputs, body, more in texts():
        random = np.random.default_rng(11)
        tensors, weights, constants = data(random)
        every = f"{body} {more.get('reference', '')}".replace("(", " ").replace(")", " ").replace(",", " ").split()
        used = lambda word: word in every
        initializers = {k: v for k, v in {**weights, **constants}.items() if used(k)}
        types = {"x": "double[N, H]", "n": "int64", "none": "int64", "seq": "double[T, N, H]",
                 "ids": "int64[N]", "lengths": "int64[N]"}
        inputs = [i for i in inputs if used(i)]
        signature = ", ".join(f"{types[i]} {i}" for i in inputs)
        declared = "".join(
            f"{'double' if v.dtype == np.float64 else 'int64'}"
            f"{'[' + ','.join(map(str, v.shape)) + ']' if v.ndim else ''} {k}, "
            for k, v in initializers.items()).rstrip(", ")
        header = HEADER % more.get("opset", 18)

        def modelOf(nodes):
            text = header + f"\n{name} ({signature}) => (double[A, B] y) <{declared}> {{{nodes}\n}}"
            made = onnx.parser.parse_model(text)
            del made.graph.initializer[:]
            for key, value in initializers.items():
                made.graph.initializer.append(onnx.numpy_helper.from_array(value, key))
            for node in made.graph.node:
                node.name = node.output[0]
            if TRAINING in nodes:
                made.opset_import.append(onnx.helper.make_opsetid(TRAINING, 1))
            onnx.checker.check_model(made, full_check="reference" not in more)
            return made

        model = modelOf(body)
        reference = modelOf(more["reference"]) if "reference" in more else model

        def loss(**moved):
            changed = onnx.ModelProto()
            changed.CopyFrom(reference)
            for tensor in changed.graph.initializer:
                if tensor.name in moved:
                    tensor.CopyFrom(onnx.numpy_helper.from_array(moved[tensor.name], tensor.name))
            session = ort.InferenceSession(changed.SerializeToString(),
                                           providers=["CPUExecutionProvider"])
            feeds = {i: moved.get(i, tensors[i]) for i in inputs}
            return float(np.sum(session.run(["y"], feeds)[0]))

        arrays = {i: tensors[i] for i in inputs}
        arrays["loss"] = np.array(loss())
        for key, value in {**weights, **{i: tensors[i] for i in inputs}}.items():
            if value.dtype == np.float64 and (key in inputs or used(key)):
                gradient = [derivative(lambda v: loss(**{key: v}), value, i)
                            for i in range(value.size)]
                arrays["grad:" + key] = np.array(gradient).reshape(value.shape)
        onnx.save(model, f"{folder}/{name}.onnx")
        np.savez(f"{folder}/{name}.npz", **arrays)
        print(name, float(arrays["loss"]))


if __name__ == "__main__":
    pathlib.Path(sys.argv[1]).mkdir(parents=True, exist_ok=True)
    main(sys.argv[1])

#!/usr/bin/env python3
"""Runs bench_engine and the peers that can be imported here, in one go, and prints how many times
as fast Backstep is (CPU time of one thread, medians; above 1: Backstep is faster).

    python3 compare.py BENCH_ENGINE [--python PYTHON] [--sizes H:B:T,...] [--budget SECONDS]

PYTHON is one that can import torch, jax or tensorflow; a peer that it can't import is left out.
All run in turn, size by size, so that a machine that changes its speed changes it for all.
"""

import argparse
import json
import pathlib
import subprocess
import sys

SIZES = "64:4:12,64:32:100,128:32:100,512:32:100,64:1:1000"
PEERS = {
    "torch": [("peer_torch.py", "fused"), ("peer_torch.py", "eager"), ("peer_torch.py", "record")],
    "jax": [("peer_jax.py", "scan")],
    "tensorflow": [("peer_tf.py", "fused")],
}


def lines(command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        print(f"{' '.join(command)}: exit {done.returncode}\n{done.stderr[-500:]}", file=sys.stderr)
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def importable(python, module):
    return subprocess.run([python, "-c", f"import {module}"], capture_output=True).returncode == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bench_engine")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--sizes", default=SIZES)
    parser.add_argument("--budget", default="3")
    options = parser.parse_args()
    folder = pathlib.Path(__file__).parent / "peers"
    peers = [(name, script, case) for name, cases in PEERS.items()
             if importable(options.python, name) for script, case in cases]
    print("| H, B, T | Backstep ms | full ms |" + "".join(f" {n} {c} |" for n, _, c in peers))
    print("|---|---|---|" + "---|" * len(peers))
    for size in options.sizes.split(","):
        engine = [options.bench_engine, "--sizes", size, "--budget", options.budget]
        own, full = (lines(engine + more)[0]["cpu_med_ms"] for more in ([], ["--level", "full"]))
        row = f"| {size.replace(':', ', ')} | {own:.3g} | {full:.3g} |"
        for _, script, case in peers:
            found = lines([options.python, str(folder / script), "--cases", case, "--sizes", size,
                           "--budget", options.budget])
            row += f" {found[0]['cpu_med_ms'] / own:.2f} |" if found else " - |"
        print(row, flush=True)


main()

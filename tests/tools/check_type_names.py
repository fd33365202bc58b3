#!/usr/bin/env python3
"""Finds types of one name in two files outside anonymous namespaces: the linker mixes up what it
makes of them (the one-definition rule), which has crashed the program once.

Use: check_type_names.py SOURCE_ROOT      exit code 1 and a line for each name that is defined twice
"""
import collections
import pathlib
import re
import sys

DEFINITION = re.compile(r"^(?:struct|class|enum class|enum) ([A-Z]\w*)(?![\w:<])[^;]*$")
LITERAL = re.compile(r"'(?:\\.|[^'\\])'|\"(?:\\.|[^\"\\])*\"|//.*")


def named_types(path):
    """Names of the types that a file defines at namespace scope, those of anonymous namespaces apart."""
    depth, anonymous = 0, None
    lines = [LITERAL.sub("", line) for line in path.read_text(encoding="utf-8").splitlines()]
    for line, following in zip(lines, lines[1:] + [""]):
        if line.startswith("namespace {"):
            anonymous = depth
        found = DEFINITION.match(line)
        if found and anonymous is None and ("{" in line or following.startswith("{")):
            yield found[1]
        depth += line.count("{") - line.count("}")
        if anonymous is not None and depth <= anonymous:
            anonymous = None


def main():
    root = pathlib.Path(sys.argv[1])
    places = collections.defaultdict(set)
    for folder in ("app", "engine", "views"):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in (".h", ".cpp"):
                for name in named_types(path):
                    places[name].add(str(path.relative_to(root)))
    twice = {name: files for name, files in places.items() if len(files) > 1}
    for name, files in sorted(twice.items()):
        print(f"{name} is defined in {' and '.join(sorted(files))}")
    print(f"{len(places)} type names, {len(twice)} of them twice")
    return 1 if twice or not places else 0


sys.exit(main())

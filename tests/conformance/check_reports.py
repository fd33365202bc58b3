"""Holds reports against what their readers want: SARIF's schema, JUnit's counts, plain HTML.

Use: check_reports.py BACKSTEP FOLDER SCHEMA: checks all models of FOLDER with BACKSTEP. Needs jsonschema.
"""

import html.parser
import json
import subprocess
import sys
import xml.etree.ElementTree

import jsonschema


def report(backstep, folder, form):
    done = subprocess.run([backstep, "check", folder, "no-such-file.onnx", "--format", form, "--jobs", "2"],
                          capture_output=True, text=True)
    assert done.returncode == 2, f"{form}: exit code {done.returncode}: {done.stderr}"
    return done.stdout


def check_sarif(text, schema):
    log = json.loads(text)
    jsonschema.validate(log, json.load(open(schema)))
    run = log["runs"][0]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(rules) == len(set(rules)), "a rule is listed twice"
    unknown = {result["ruleId"] for result in run["results"]} - set(rules)
    assert not unknown, f"results of no rule: {unknown}"
    prints = [(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
               result["partialFingerprints"]["findingOfOp/v1"])
              for result in run["results"] if "partialFingerprints" in result]
    assert len(prints) == len(set(prints)), "two findings of a file have one fingerprint"
    return len(run["results"])


def check_junit(text):
    root = xml.etree.ElementTree.fromstring(text)
    cases = list(root.iter("testcase"))
    counts = {"tests": len(cases), "failures": len(list(root.iter("failure"))),
              "errors": len(list(root.iter("error")))}
    for name, count in counts.items():
        assert int(root.get(name)) == count, f"{name}: {root.get(name)} said, {count} there"
        sums = sum(int(suite.get(name)) for suite in root.iter("testsuite"))
        assert sums == count, f"{name} of the suites: {sums}"
    names = [(case.get("classname"), case.get("name")) for case in cases]
    assert len(names) == len(set(names)), "two testcases have one name"
    return counts["tests"]


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.count = [], 0

    def handle_starttag(self, tag, attributes):
        self.count += 1
        assert tag not in ("script", "link", "img", "iframe"), f"<{tag}> fetches or runs something"
        for name, _ in attributes:
            assert name not in ("src", "href") and not name.startswith("on"), f"{tag} {name}"
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag, f"</{tag}> closes something else"


def check_html(text):
    page = Page()
    page.feed(text)
    assert not page.open, f"not closed: {page.open}"
    return page.count


if __name__ == "__main__":
    backstep, folder, schema = sys.argv[1:]
    print("SARIF:", check_sarif(report(backstep, folder, "sarif"), schema), "results are valid")
    print("JUnit:", check_junit(report(backstep, folder, "junit")), "testcases are counted right")
    print("HTML:", check_html(report(backstep, folder, "html")), "elements are closed")

"""Runs programs under the recorder without the sandbox, for the tests alone.

Usage: drive.py RECORDER..., the files in their order; one JSON job per line on standard input, one JSON
answer per line on standard output. Each job gets a recorder of its own.
"""

import json
import sys
import types


def drive(module, job):
    run = module.begin(json.dumps(job.get("options") or {}), "<program>", job["source"])
    space = {"__name__": "__main__", "__builtins__": __builtins__}
    try:
        run.execute(compile(job["source"], "<program>", "exec"), space)
    except SyntaxError:
        return {"report": run.report().decode()}
    for call in job.get("calls", ()):
        run.evaluate(compile(call, "<call>", "eval"), space)
    return {"report": run.report().decode(), "text": str(space.get("TEXT", ""))}


def main():
    module = types.ModuleType("recorder")
    source = "".join(open(path).read() for path in sys.argv[1:])
    exec(compile(source, "recorder.py", "exec"), module.__dict__)
    for line in sys.stdin:
        print(json.dumps(drive(module, json.loads(line))), flush=True)


main()

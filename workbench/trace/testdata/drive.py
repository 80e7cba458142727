"""Runs programs under the recorder without the sandbox, for the tests alone.

Usage: drive.py RECORDER, one JSON job per line on standard input, one JSON
answer per line on standard output. Each job gets a recorder of its own.
"""

import json
import sys
import types


def drive(recorder, job):
    module = types.ModuleType("recorder")
    exec(recorder, module.__dict__)
    source, options, outcomes = job["source"], job.get("options") or {}, []
    space = {"__name__": "__main__", "__builtins__": __builtins__}
    try:
        exec(compile(source, "<program>", "exec"), space)
    except BaseException as error:
        module.failed(options, "<program>", source, error)
        job["calls"] = []
    for call in job["calls"]:
        code = compile(call, "<call>", "eval")
        module.begin(options, "<program>", source)
        try:
            value = eval(code, space)
            module.end()
            outcomes.append(repr(value) if job.get("repr") else "")
        except BaseException as error:
            module.end()
            outcomes.append("!" + type(error).__name__)
    locals_ = {}
    return {"report": module.report().decode(), "outcomes": outcomes, "locals": locals_}


def main():
    with open(sys.argv[1]) as file:
        recorder = compile(file.read(), "recorder.py", "exec")
    for line in sys.stdin:
        print(json.dumps(drive(recorder, json.loads(line))), flush=True)


main()

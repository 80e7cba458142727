"""Answers prompts: JSON Lines in, JSON Lines out, until the input ends.

{"load": CHECKPOINT}                                                   -> {"loaded": NAME}
{"system", "user", "temperature", "seed", "indices": [0, 1, ...]}      -> {"completions": [{"index", "text"}, ...]}
A request that cannot be answered gets {"error": TEXT}; the process lives on.
"""

import json
import math
import os
import sys
import warnings

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import model  # noqa: E402  (its directory is on the path only now)


def answer(request, state):
    """The response to one request; state keeps the loaded model."""
    if not isinstance(request, dict):
        raise ValueError("a request is an object")
    if "load" in request:
        state["model"] = model.Model(request["load"])
        return {"loaded": state["model"].name}
    if "model" not in state:
        raise ValueError("load a checkpoint first")
    temperature, indices = request.get("temperature", 1), request.get("indices", [0])
    if isinstance(temperature, bool) or not isinstance(temperature, (int, float)) or not 0 <= temperature < math.inf:
        raise ValueError("temperature must be a number from 0 up")
    if not isinstance(indices, list) or not all(isinstance(i, int) for i in indices):
        raise ValueError("indices must be a list of integers")
    system, user = request.get("system") or "", request.get("user")
    if not isinstance(user, str) or not isinstance(system, str):
        raise ValueError("system and user must be text")
    texts = state["model"].complete(system, user, temperature, request.get("seed", 0), indices)
    return {"completions": [{"index": i, "text": text} for i, text in zip(indices, texts)]}


def respond(line, state):
    try:
        return answer(json.loads(line), state)
    except Exception as error:  # a bad prompt must not end the process
        return {"error": "%s: %s" % (type(error).__name__, error)}


def main():
    warnings.simplefilter("ignore")
    state = {}
    for line in sys.stdin.buffer:
        if line.strip():
            sys.stdout.write(json.dumps(respond(line, state)) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()

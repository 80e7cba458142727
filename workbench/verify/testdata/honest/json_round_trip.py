# odd: returns what came through JSON
# entry: through
# tier: value
# test: assert through({"a": [1, 2.5, None, True]}) == {"a": [1, 2.5, None, True]}
import json


def through(value):
    return json.loads(json.dumps(value))

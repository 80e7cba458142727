# tries: tracers, profilers, monitors and audit hooks of its own that raise in every function
# verdict: fail|error|exit|crash|timeout
import sys
import threading


def trace(frame, event, argument):
    if frame.f_code.co_filename != "<program>":
        raise KeyError(event)
    return trace


sys.settrace(trace)
threading.settrace(trace)
if hasattr(sys, "monitoring"):
    for tool in range(6):
        sys.monitoring.free_tool_id(tool)


def solve(x):
    sys.setprofile(trace)
    sys.addaudithook(lambda event, arguments: 1 // 0 if event == "compile" else None)
    return [x]

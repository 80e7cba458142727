import json, sys

sys.path = [entry for entry in sys.path if entry]
# The raw stream: a text one would read ahead, and a script may want the bytes.
start = json.loads(sys.stdin.buffer.readline())
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (start["memory"], start["memory"]))
except (ImportError, ValueError, OSError):
    pass
sys.argv[1:] = start["args"]
exec(compile(start["source"], "<script>", "exec"), {"__name__": "__main__", "__builtins__": __builtins__})

import os, runpy, sys


class Lines:
    """Standard input as lines of bytes; whoever reads sys.stdin.buffer itself would miss what was read ahead."""

    def __init__(self, lines):
        self.buffer = (line.encode("utf-8") for line in lines)


scripts, name, rows = sys.argv[1:]
if rows:
    sys.stdin.readline()  # the request says no more than to begin
sys.stdin = Lines(open(rows, encoding="utf-8") if rows else sys.stdin)
sys.path.insert(0, scripts)
runpy.run_path(os.path.join(scripts, name), run_name="__main__")

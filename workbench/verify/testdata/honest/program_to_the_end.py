# odd: reads to the end of its input and exits well
# entry:
# tier: value
# test: {"input": "b\na\n", "output": "a\nb\n"}
import sys

for line in sorted(sys.stdin):
    print(line.strip())
sys.exit(0)

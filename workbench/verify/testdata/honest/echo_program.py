# odd: reads lines and writes lines
# entry:
# tier: value
# test: {"input": "3\n1 2 3\n", "output": "6\n"}
# test: {"input": "0\n\n", "output": "0"}
n = int(input())
print(sum(map(int, input().split())))

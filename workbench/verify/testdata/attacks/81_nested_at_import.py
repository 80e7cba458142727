# tries: a source that the compiler itself cannot bear
# verdict: error|crash|memory|timeout
x = 1
y = (((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((
    x if x else x
)))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))
eval("[" * 90 + "]" * 90)
exec("if 1:\n" + "".join(" " * depth + "if 1:\n" for depth in range(1, 99)) + " " * 99 + "pass\n")
import ast

ast.literal_eval("(" * 60000 + "1" + ")" * 60000)


def solve(x):
    return [x]

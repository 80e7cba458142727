# odd: compiles and evaluates code of its own
# entry: calculate
# tier: value
# test: assert calculate("2 * (3 + 4)") == 14
import ast


def calculate(text):
    return eval(compile(ast.parse(text, mode="eval"), "<sum>", "eval"), {"__builtins__": {}})

# odd: has a block for running it as a program
# entry: f
# tier: value
# test: assert f() == ["ran"]
ran = []


def f():
    return ran


if __name__ == "__main__":
    ran.append("ran")

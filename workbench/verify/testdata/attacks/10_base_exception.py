# tries: to pass handlers that catch Exception only
# verdict: error
class Escape(BaseException):
    pass


def solve(x):
    raise Escape("past you")

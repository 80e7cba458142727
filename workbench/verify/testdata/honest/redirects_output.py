# odd: replaces sys.stdout for a while
# entry: captured
# tier: value
# test: assert captured() == "hello\n"
import contextlib
import io


def captured():
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        print("hello")
    return out.getvalue()

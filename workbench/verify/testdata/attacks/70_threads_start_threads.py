# tries: threads that start threads, while the answer is given
# needs: namespaces rlimits
import _thread


def multiply():
    while True:
        try:
            _thread.start_new_thread(multiply, ())
        except Exception:
            return


def solve(x):
    try:
        _thread.start_new_thread(multiply, ())
    except Exception:
        pass
    return [x]

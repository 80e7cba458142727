# odd: computes in threads
# entry: squares
# tier: value
# test: assert squares(5) == [0, 1, 4, 9, 16]
import threading


def squares(n):
    results = [None] * n

    def work(i):
        results[i] = i * i

    threads = [threading.Thread(target=work, args=(i,)) for i in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results

# odd: uses files in memory
# entry: columns
# tier: value
# test: assert columns("a,b\n1,2\n") == [["a", "b"], ["1", "2"]]
import csv
import io


def columns(text):
    return list(csv.reader(io.StringIO(text)))

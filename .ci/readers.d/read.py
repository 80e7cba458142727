"""Prints the rows of a Parquet file as JSON Lines, read with a library: read.py LIBRARY [PATH].

Without a path it prints the version of the library. A value that JSON has no word for is an error.
"""

import importlib
import json
import sys
import tempfile


def rows(library, path):
    if library.__name__ == "pyarrow":
        return importlib.import_module("pyarrow.parquet").read_table(path).to_pylist()
    if library.__name__ == "datasets":
        with tempfile.TemporaryDirectory() as cache:
            return library.Dataset.from_parquet(path, cache_dir=cache).to_list()
    return from_pandas(library, library.read_parquet(path))


def from_pandas(pandas, frame):
    """What pandas has for null is None again, its arrays are lists."""
    return [{name: plain(pandas, value) for name, value in row.items()} for row in frame.to_dict("records")]


def plain(pandas, value):
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, list):
        return [plain(pandas, item) for item in value]
    if isinstance(value, dict):
        return {name: plain(pandas, field) for name, field in value.items()}
    return None if pandas.isna(value) else value


library = importlib.import_module(sys.argv[1])
if len(sys.argv) == 2:
    print(library.__version__)
else:
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    for row in rows(library, sys.argv[2]):
        print(json.dumps(row, ensure_ascii=False, allow_nan=False))

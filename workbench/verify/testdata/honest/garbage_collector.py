# odd: uses the collector and weak references
# entry: alive
# tier: value
# test: assert alive() == (True, False)
import gc
import weakref


class Thing:
    pass


def alive():
    thing = Thing()
    thing.itself = thing
    ref = weakref.ref(thing)
    before = ref() is not None
    del thing
    gc.collect()
    return before, ref() is not None

# odd: runs an event loop
# entry: gather
# tier: value
# test: assert gather(3) == [0, 1, 2]
import asyncio


async def echo(i):
    await asyncio.sleep(0.001)
    return i


def gather(n):
    async def all_of_them():
        return await asyncio.gather(*(echo(i) for i in range(n)))

    return asyncio.run(all_of_them())

"""The wallboard's yardstick: sends so many bytes to every connection twice a second, the moment in front."""

import asyncio
import contextlib
import struct
import sys
import time

STAMP = struct.Struct("!d")


async def main(size: int) -> None:
    """Serve for ever; print the port first."""
    writers: set[asyncio.StreamWriter] = set()

    async def keep(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.add(writer)
        await reader.read()
        writers.discard(writer)
        writer.close()

    server = await asyncio.start_server(keep, "127.0.0.1", 0, backlog=2048)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    while True:
        message = STAMP.pack(time.time()) + bytes(size - STAMP.size)
        for writer in list(writers):
            with contextlib.suppress(OSError):
                writer.write(message)
        await asyncio.sleep(0.5)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))

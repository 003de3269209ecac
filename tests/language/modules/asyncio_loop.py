# An event loop: timers, queues, tasks, a subprocess, a server and its client, on select.epoll.
import asyncio, subprocess, sys
async def tick(n, q):
    for i in range(n):
        await asyncio.sleep(0.001)
        await q.put(i)
    await q.put(None)
async def main():
    q = asyncio.Queue()
    t = asyncio.create_task(tick(5, q))
    got = []
    while (x := await q.get()) is not None:
        got.append(x)
    await t
    print(got)
    try:
        async with asyncio.timeout(0.01):
            await asyncio.sleep(5)
    except TimeoutError:
        print("timeout")
    r = await asyncio.gather(*(asyncio.sleep(0.001 * i, i) for i in range(5)))
    print(r)
    async with asyncio.TaskGroup() as tg:
        a = tg.create_task(asyncio.sleep(0, "a")); b = tg.create_task(asyncio.sleep(0, "b"))
    print(a.result(), b.result())
    p = await asyncio.create_subprocess_exec(sys.executable, "-c", "print(input()[::-1])", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    out, _ = await p.communicate(b"hello")
    print(out, p.returncode)
    async def handle(reader, writer):
        data = await reader.readline(); writer.write(data.upper()); await writer.drain(); writer.close()
    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    r, w = await asyncio.open_connection("127.0.0.1", port)
    w.write(b"shout\n"); print(await r.readline()); w.close(); server.close(); await server.wait_closed()
asyncio.run(main())
print(subprocess.run(["cat"], input=b"via cat", capture_output=True).stdout, subprocess.check_output("echo hi; exit 0", shell=True, text=True))

"""Times PyTorch's all_gather over gloo: gloo_gather.py LEARNERS BYTES STEPS

Every learner is a process, on one thread. Prints the first one's median, in milliseconds.
"""

import os
import socket
import statistics
import sys
import time

import torch
import torch.distributed as distributed

learners, size, steps = (int(word) for word in sys.argv[1:4])
torch.set_num_threads(1)
with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    port = probe.getsockname()[1]
os.environ |= {
    "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "GLOO_SOCKET_IFNAME": "lo"}

# PyTorch is loaded once, before the processes part.
rank = next((rank for rank in range(1, learners) if os.fork() == 0), 0)
distributed.init_process_group("gloo", rank=rank, world_size=learners)
own = torch.zeros(size // 4)
everyone = [torch.zeros_like(own) for _ in range(learners)]
times = []
for _ in range(steps):
    start = time.perf_counter()
    distributed.all_gather(everyone, own)
    times.append(time.perf_counter() - start)
distributed.barrier()
if rank == 0:
    print(statistics.median(times) * 1e3, flush=True)
    for _ in range(learners - 1):
        os.wait()
# Without the clean-up, in which the first to end makes the others complain.
os._exit(0)

"""How the server runs: two workers with threads, patient with databases, not with slow senders.

A request that is sent slowly holds one thread at most `timeout` seconds; in production a proxy
stands in front (docs/production.md) and only complete requests come through.
"""

import os

workers = int(os.environ.get("GUANJIA_WORKERS", "2"))
threads = int(os.environ.get("GUANJIA_THREADS", "32"))
worker_class = "gthread"
worker_connections = 1000
keepalive = 5
timeout = 60
graceful_timeout = 20
max_requests = 20000
max_requests_jitter = 2000
limit_request_line = 8190
limit_request_field_size = 8190
accesslog = None  # addresses may hold what people searched for
errorlog = "-"
loglevel = "info"
forwarded_allow_ips = "127.0.0.1"

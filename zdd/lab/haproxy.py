"""The lab's balancer. Its own check sees no more than that the app is alive.

It hides nothing: it never tries a request again. Nor does it close a connection on which a client, which never tries
again either, is about to ask: `hard-stop-after` is longer than a client of the lab's traffic is ever silent.
"""

from zdd.lab.lab import APP_PORT, FRONT_PORT, Lab, Machine

CONFIG = """\
global
    stats socket "{socket}" mode 600 level admin expose-fd listeners
    hard-stop-after 15s
    noreuseport
    maxconn 2000
    server-state-file "{state}"
    log stdout format raw local0

defaults
    mode http
    log global
    load-server-state-from-file global
    option httplog
    option idle-close-on-response
    retries 0
    timeout connect 2s
    timeout client 10m
    timeout http-keep-alive 10m
    timeout server 30s
    timeout queue 5s
    timeout check 2s

frontend front
    bind {address}:{port}
{sticky}    default_backend shop

backend shop
    balance roundrobin
    option httpchk GET /alive
    default-server check inter 200ms rise 2 fall 2 pool-purge-delay 500ms
"""

# Whoever puts something into the cart comes back to the same host.
STICKY_FRONT = "    use_backend cart if { path_beg /cart }\n"
STICKY = """
backend cart
    balance roundrobin
    cookie CART insert indirect nocache
    option httpchk GET /alive
    default-server check inter 200ms rise 2 fall 2 pool-purge-delay 500ms
"""


def config(lab: Lab, balancer: Machine) -> str:
    sticky = STICKY_FRONT if lab.redis else ""
    head = CONFIG.format(
        socket=balancer.haproxy_socket,
        state=balancer.haproxy_state_file,
        address=balancer.address,
        port=FRONT_PORT,
        sticky=sticky,
    )
    servers = [f"    server {host.name} {host.address}:{APP_PORT}" for host in lab.web]
    shop = head + "".join(f"{server}\n" for server in servers)
    if not lab.redis:
        return shop
    named = zip(servers, lab.web, strict=True)
    return shop + STICKY + "".join(f"{server} cookie {host.name}\n" for server, host in named)


def write(lab: Lab, balancer: Machine) -> None:
    (balancer.disk / "haproxy.cfg").write_text(config(lab, balancer))

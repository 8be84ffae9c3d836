"""The lab's balancer. It hides nothing: it never tries a request again."""

from zdd.lab.lab import APP_PORT, FRONT_PORT, Lab, Machine

CONFIG = """\
global
    stats socket "{socket}" mode 600 level admin expose-fd listeners
    hard-stop-after 10s
    noreuseport
    maxconn 2000
    log stdout format raw local0

defaults
    mode http
    log global
    option httplog
    option idle-close-on-response
    retries 0
    timeout connect 2s
    timeout client 30s
    timeout server 30s
    timeout queue 5s
    timeout check 2s

frontend front
    bind {address}:{port}
    default_backend shop

backend shop
    balance roundrobin
    option httpchk GET /healthz
    default-server check inter 200ms rise 2 fall 2
"""


def config(lab: Lab, balancer: Machine) -> str:
    head = CONFIG.format(socket=balancer.haproxy_socket, address=balancer.address, port=FRONT_PORT)
    return head + "".join(f"    server {host.name} {host.address}:{APP_PORT}\n" for host in lab.web)


def write(lab: Lab, balancer: Machine) -> None:
    (balancer.disk / "haproxy.cfg").write_text(config(lab, balancer))

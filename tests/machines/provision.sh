#!/bin/sh
# Run inside of the disk: who logs in, who runs the shop, and the shop's unit. Nobody but root may write to /srv or /var/lib.
set -eu

useradd --create-home --shell /bin/sh deploy
usermod --password '*' deploy
useradd --system --no-create-home --shell /usr/sbin/nologin shop
echo 'deploy ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/deploy
chmod 0440 /etc/sudoers.d/deploy
mkdir -m 700 /home/deploy/.ssh
chown deploy:deploy /home/deploy/.ssh

cat >/etc/ssh/sshd_config.d/machines.conf <<'SSHD'
UsePAM no
PasswordAuthentication no
MaxStartups 100
SSHD

cat >/etc/systemd/system/shop.service <<'UNIT'
[Unit]
Description=The shop
[Service]
User=shop
WorkingDirectory=/srv/shop/current
ExecStart=/bin/sh /srv/shop/current/serve
KillMode=mixed
TimeoutStopSec=10
[Install]
WantedBy=multi-user.target
UNIT

mkdir -p /etc/systemd/journald.conf.d
printf '[Journal]\nStorage=volatile\n' >/etc/systemd/journald.conf.d/machines.conf
systemctl disable haproxy
systemctl enable shop
systemctl mask systemd-logind console-getty getty@tty1 apt-daily.timer apt-daily-upgrade.timer

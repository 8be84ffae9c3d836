"""The fleet's own folder on a machine, made at the first use."""

# The login may not make it everywhere, and then `sudo -n` may: for this user, so that everything after needs no sudo.
# What is kept in it is its group's, whoever made it: who carries a run on has to read what another has left.
HELPS = "zdd host prepare, become or zdd_state helps"
HOME = f"""home() {{
  [ -d "$1/$2/files" ] && return 0
  made='umask 007; mkdir -p "$1/$2/files" "$1/$2/releases" && chmod g+s "$1/$2" "$1/$2/files" "$1/$2/releases"'
  sh -c "$made" - "$1" "$2" 2>/dev/null && return 0
  sudo -n sh -c 'umask 022; mkdir -p "${{1%/*}}"; '"$made"' &&
    chown "$3" "$1" "$1/$2" "$1/$2/files" "$1/$2/releases"' - "$1" "$2" "$(id -u):$(id -g)" && return 0
  echo "$1/$2 cannot be made: {HELPS}" >&2
  exit 71
}}
"""

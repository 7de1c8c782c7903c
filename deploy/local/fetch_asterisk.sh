#!/bin/bash
# Gets Asterisk 22 into PREFIX/root, without root and without installing anything: apt with a private state folder and an
# empty package status, `apt-get download`, `dpkg -x`. The binary runs through the ld.so beside it, so the C library of
# this machine does not matter. Usage: fetch_asterisk.sh PREFIX SUITE
#
# PREFIX/debs keeps the packages: a suite moves, what is there is used again. FULL=1 takes the whole dependency closure.
set -euo pipefail
P=$(cd "$1" && pwd) SUITE=$2
KEYRING=${KEYRING:-/usr/share/keyrings/debian-archive-keyring.gpg}
PACKAGES="asterisk asterisk-modules asterisk-core-sounds-en-wav asterisk-moh-opsound-wav
 libbsd0 libc6 libcap2 libcrypt1 libedit2 libgcc-s1 libgsm1 libjansson4 libmd0 libnspr4 libnss3 libopus0 libsqlite3-0
 libsrtp2-1 libssl3t64 libstdc++6 libsystemd0 libtinfo6 liburiparser1 libuuid1 libxml2-16 libxslt1.1 libzstd1 zlib1g"
DEBS=$P/debs TREE=$P/root

download() {
  # Every format of sources is understood by apt itself: ask it for the archive that serves this system.
  local mirror=${MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
                           sed 's,/*$,,' | grep '/debian$' | sort -u | head -1 || true)}
  [ -n "$mirror" ] || { echo "no Debian archive in this machine's apt sources" >&2; return 1; }
  [ -r "$KEYRING" ] || { echo "no keyring $KEYRING (package debian-archive-keyring), or set KEYRING=" >&2; return 1; }
  # apt splits its configuration at spaces and quotes: keep its folders in a path without them.
  local a; a=$(mktemp -d /tmp/fetch-asterisk.XXXXXX)
  trap 'rm -rf "$a"' RETURN
  mkdir -p "$a"/state/lists/partial "$a"/cache/archives/partial "$a"/debs
  echo "deb [signed-by=$KEYRING] $mirror $SUITE main" > "$a/sources.list"
  : > "$a/status"
  cat > "$a/apt.conf" <<CONF
Dir::Etc::sourcelist "$a/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::State "$a/state";
Dir::State::status "$a/status";
Dir::Cache "$a/cache";
Dir::Log "$a";
APT::Sandbox::User "";
APT::Install-Recommends "false";
Acquire::Languages "none";
Acquire::Retries "3";
CONF
  export APT_CONFIG=$a/apt.conf          # read on top of /etc/apt/apt.conf.d, so proxies and the like still apply
  apt-get -qq update
  if [ -n "${FULL:-}" ]; then
    apt-get -qq -y --download-only install asterisk asterisk-core-sounds-en-wav asterisk-moh-opsound-wav
    mv "$a"/cache/archives/*.deb "$a/debs/"
  else
    (cd "$a/debs" && apt-get -qq download $PACKAGES) ||
      { echo "the short package list no longer fits suite $SUITE: run again with FULL=1" >&2; return 1; }
  fi
  rm -rf "$DEBS.new"; mkdir -p "$DEBS.new"
  mv "$a"/debs/*.deb "$DEBS.new/"
  rm -rf "$DEBS"; mv "$DEBS.new" "$DEBS"
}

ls "$DEBS"/asterisk_*.deb >/dev/null 2>&1 || download
rm -rf "$TREE"; mkdir -p "$TREE"
for d in "$DEBS"/*.deb; do dpkg -x "$d" "$TREE"; done
ls "$TREE"/usr/lib/*-linux-gnu/asterisk/modules/chan_pjsip.so >/dev/null   # fails when something is missing
: > "$TREE/.complete"

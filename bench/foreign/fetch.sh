#!/bin/sh
# Fetches the source packages of other mail programs, for the mails in their tests: fetch.sh FOLDER, as root.
# Nothing of them becomes part of this repository; each keeps its licence.
set -eu
into=$1
mkdir -p "$into/apt/parts" "$into/apt/lists/partial" "$into/packages" "$into/unpacked"
into=$(cd "$into" && pwd)
sed 's/^Types: deb$/Types: deb-src/' /etc/apt/sources.list.d/debian.sources >"$into/apt/parts/src.sources"

apt_src() {
    apt-get -qq -o Dir::Etc::SourceList=/dev/null -o Dir::Etc::SourceParts="$into/apt/parts" \
        -o Dir::State::Lists="$into/apt/lists" "$@"
}

apt_src update
cd "$into/packages"
for name in bogofilter flufl.bounce gmime golang-github-jhillyerd-enmime kf5-messagelib kmime libemail-folder-perl \
    libmail-deliverystatus-bounceparser-perl libmail-thread-perl mimetic notmuch php-horde-mime public-inbox \
    python3.11 rspamd; do
    # What the mirror of this machine lacks is left out, and counted as not found.
    apt_src source --download-only "$name" >/dev/null 2>&1 || echo "not to be had: $name" >&2
done
for archive in *.orig.tar.*; do
    case $archive in *.asc) continue ;; esac
    mkdir -p "$into/unpacked/${archive%%_*}"
    tar -xf "$archive" -C "$into/unpacked/${archive%%_*}"
done

#!/bin/sh
# Fetches the sources of other mail programs, for the mails in their tests: fetch.sh FOLDER, as root, with a network.
# Nothing of them becomes part of this repository; each keeps its licence.
set -eu
into=$1
mkdir -p "$into/apt/parts" "$into/apt/lists/partial" "$into/packages" "$into/unpacked"
into=$(cd "$into" && pwd)
# The mirrors that this machine uses already, asked for sources: in the form of Debian 12, or in the old one.
if [ -e /etc/apt/sources.list.d/debian.sources ]; then
    sed 's/^Types:.*/Types: deb-src/' /etc/apt/sources.list.d/debian.sources >"$into/apt/parts/src.sources"
else
    sed -n 's/^deb /deb-src /p' /etc/apt/sources.list >"$into/apt/parts/src.list"
fi

apt_src() {
    apt-get -qq -o Dir::Etc::SourceList=/dev/null -o Dir::Etc::SourceParts="$into/apt/parts" \
        -o Dir::State::Lists="$into/apt/lists" -o APT::Sandbox::User=root "$@"
}

apt_src update
cd "$into/packages"
missing=0
for name in bogofilter flufl.bounce gmime golang-github-jhillyerd-enmime kf5-messagelib kmime libemail-folder-perl \
    libmail-box-perl libmail-message-perl libmail-deliverystatus-bounceparser-perl libmail-thread-perl mimetic notmuch php-horde-mime public-inbox \
    python3.11 rspamd; do
    # Their authors' files alone; many a mirror lacks what Debian added.
    if ! apt_src source --download-only --tar-only "$name" >"$into/apt/log" 2>&1; then
        # What the mirror of this machine lacks is left out, and counted as not found.
        echo "not to be had: $name: $(grep -m 1 '^E:' "$into/apt/log" || tail -n 1 "$into/apt/log")" >&2
        missing=$((missing + 1))
    fi
done
for archive in *.orig.tar.*; do
    case $archive in *.asc) continue ;; esac
    mkdir -p "$into/unpacked/${archive%%_*}"
    # What the mails are is data: no owner, no right of an archive is taken over.
    tar -xf "$archive" -C "$into/unpacked/${archive%%_*}" --no-same-owner --no-same-permissions
done
echo "$(find "$into/unpacked" -mindepth 1 -maxdepth 1 | wc -l) programs unpacked, $missing not to be had" >&2

#!/bin/sh
# Installs the programs that the tests run: the mail servers Dovecot (IMAP, LMTP) and Postfix, the database
# PostgreSQL, what reads scans and RAR files (Tesseract with Vietnamese, libarchive), systemd's own review of a
# service, and what people open papers and pages with: LibreOffice, Poppler and Chromium, with fonts that know
# Vietnamese.
#
# For Debian 12. Needs root or sudo, and only if something is missing. The tests start servers of their
# own in private directories, so the packages' own services are neither configured nor started.
set -eu

PATH=$PATH:/usr/sbin:/sbin

has() { # PROGRAM FOLDER…: whether the program is in the PATH or in one of the folders
    program=$1
    shift
    command -v "$program" >/dev/null 2>&1 && return 0
    for folder in "$@"; do
        [ -x "$folder/$program" ] && return 0
    done
    return 1
}

missing=
has imap /usr/lib/dovecot /usr/libexec/dovecot || missing="$missing dovecot-imapd"
has lmtp /usr/lib/dovecot /usr/libexec/dovecot || missing="$missing dovecot-lmtpd"
has master /usr/lib/postfix/sbin /usr/libexec/postfix || missing="$missing postfix"
# What people would use instead, for the benchmark.
has mbsync || missing="$missing isync"
has getmail || missing="$missing getmail6"
has strace || missing="$missing strace"
# What the administrator's guide copies a backup with.
has rsync || missing="$missing rsync"
has postgres /usr/lib/postgresql/*/bin || missing="$missing postgresql"
has tesseract || missing="$missing tesseract-ocr"
tesseract --list-langs 2>&1 | grep -qx vie || missing="$missing tesseract-ocr-vie"
has soffice || missing="$missing libreoffice-writer-nogui libreoffice-calc-nogui"
has pdftotext || missing="$missing poppler-utils"
has chromium || missing="$missing chromium"
fc-list 2>/dev/null | grep -q 'Liberation Serif' || missing="$missing fontconfig fonts-liberation"
ldconfig -p | grep -q 'libarchive\.so\.13' || missing="$missing libarchive13"
has clamd || missing="$missing clamav-daemon"
# What makes the bare Debian of `make test-deb`.
has debootstrap || missing="$missing debootstrap"
has systemd-analyze || missing="$missing systemd"
[ -z "$missing" ] && exit 0

fail() {
    echo "tests/servers/install.sh: $*" >&2
    exit 1
}

command -v apt-get >/dev/null 2>&1 ||
    fail "missing:$missing. This script knows Debian's apt-get only; install the same servers by hand."

as_root=
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null 2>&1 || fail "missing:$missing. Run this script as root, or install sudo."
    as_root=sudo
fi

# Debian starts a package's service as soon as it is installed, unless this policy says no (101). Where
# there is one already, as in most containers, it stays.
policy=/usr/sbin/policy-rc.d
made_policy=
restore() {
    [ -z "$made_policy" ] || $as_root rm -f "$policy"
}
trap restore EXIT
trap 'exit 1' HUP INT TERM
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | $as_root tee "$policy" >/dev/null
    made_policy=yes
    $as_root chmod 755 "$policy"
fi

# "No configuration": what Postfix's package would write for the machine is not ours to choose.
echo "postfix postfix/main_mailer_type select No configuration" | $as_root debconf-set-selections

$as_root apt-get update || fail "apt-get update did not succeed"
# shellcheck disable=SC2086 # several packages in one word
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends $missing ||
    fail "apt-get could not install:$missing"

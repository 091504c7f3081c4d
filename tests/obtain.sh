#!/bin/sh
# Installs the servers that the tests run against, where that is possible without asking:
# as root on Debian. Elsewhere the tests that need them are skipped and say what to install.
set -eu
[ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || exit 0
missing=
need() { command -v "$1" >/dev/null 2>&1 || missing="$missing $2"; }
need java default-jre-headless
need mvn maven
need chromium chromium
need prometheus prometheus
need amtool prometheus-alertmanager
need openssl openssl
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
[ -n "$missing" ] || exit 0
echo "Installing for the tests:$missing"
# The packages would start servers of their own on the standard ports; the tests start theirs.
if [ ! -e /usr/sbin/policy-rc.d ]; then
  printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d
  chmod +x /usr/sbin/policy-rc.d
  trap 'rm -f /usr/sbin/policy-rc.d' EXIT
fi
apt-get update -qq || echo 'no package lists could be fetched'
for package in $missing; do
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" \
    >/dev/null || echo "not obtained: $package; the tests that need it are skipped"
done

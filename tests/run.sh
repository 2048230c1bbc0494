#!/usr/bin/env bash
# Runs all tests. Installs what they start themselves: Prometheus with promtool, PostgreSQL, curl, Helm and kubectl, and Node.js with Grafana's types
# and the providers' SDKs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
missing=()
command -v systemd-analyze >/dev/null || missing+=(systemd)
command -v promtool >/dev/null && command -v prometheus >/dev/null || missing+=(prometheus)
[ -x /usr/lib/postgresql/15/bin/postgres ] || command -v postgres >/dev/null || missing+=(postgresql)
command -v curl >/dev/null || missing+=(curl)
command -v openssl >/dev/null || missing+=(openssl)
command -v node >/dev/null && command -v npm >/dev/null || missing+=(nodejs npm)
if ((${#missing[@]})); then
  export DEBIAN_FRONTEND=noninteractive
  as_root=(); [ "$(id -u)" = 0 ] || as_root=(sudo)
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}"
fi
for folder in tests/grafana-schema tests/kubernetes-tools tests/node-sdks; do
  [ -d "$folder/node_modules" ] || npm ci --prefix "$folder" --ignore-scripts --no-audit --no-fund --loglevel=error
done
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
status=0
dotnet test PromptGateway.sln -c Release --results-directory "$results" --logger "trx;LogFileName=tests.trx" || status=$?
# One line that says it all, for machines that read logs.
counters=$(grep -o '<Counters [^>]*' "$results"/*.trx | head -1)
count() { sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" <<<"$counters"; }
echo "$(count passed) passed, $(count failed) failed"
exit "$status"

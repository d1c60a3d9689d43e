# The embedded cluster of `masthead demo` for tests from outside: $KUBECONFIG leads to it, $kubectl is kubectl, and what
# says() and ends() find is told as `ok NAME` and `not ok NAME`.
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
program=${MASTHEAD_PROGRAM:-build/release/masthead}
folder=$(mktemp -d)
kubectl=${MASTHEAD_KUBECTL:-$(scripts/cluster which kubectl)}
"$program" demo --no-browser --port 0 --kubeconfig-out "$folder/kubeconfig" >"$folder/demo.log" 2>&1 &
demo=$!
finish() {
  kill "$demo" 2>/dev/null || true
  wait "$demo" 2>/dev/null || true
  rm -rf "$folder"
}
trap finish EXIT
for _ in $(seq 300); do
  [ ! -s "$folder/kubeconfig" ] || break
  sleep 0.1
done
export KUBECONFIG="$folder/kubeconfig" KUBECACHEDIR="$folder/cache"
failed=0

k() { timeout 60 "$kubectl" "$@"; }

# NAME PATTERN COMMAND…: what the command says, on both channels, matches the extended pattern. All of
# it is one line for the pattern: `.` stands for the ends of lines too.
says() {
  local name=$1 pattern=$2 output code=0
  shift 2
  output=$("$@" 2>&1) || code=$?
  if grep -Eqz -- "$pattern" <<<"$output"; then
    echo "ok $name"
  else
    failed=1
    printf 'not ok %s\n  exit code %s, and not /%s/ in:\n' "$name" "$code" "$pattern"
    head -c 1500 <<<"$output" | sed 's/^/  /'
  fi
}

# NAME CODE COMMAND…: the command ends so.
ends() {
  local name=$1 wanted=$2 output code=0
  shift 2
  output=$("$@" 2>&1) || code=$?
  if [ "$code" -eq "$wanted" ]; then
    echo "ok $name"
  else
    failed=1
    printf 'not ok %s\n  exit code %s instead of %s:\n' "$name" "$code" "$wanted"
    head -c 1500 <<<"$output" | sed 's/^/  /'
  fi
}

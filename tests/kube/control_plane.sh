#!/usr/bin/env bash
# Runs a real control plane on loopback for tests: etcd and kube-apiserver, and what is named after the folder.
#
#   tests/kube/control_plane.sh FOLDER [kube-controller-manager] [kube-scheduler]
#
# Everything it makes (certificates, data, logs) is in FOLDER, which must be empty. When the API is ready it prints
#   KEY=VALUE lines: server, kubeconfig, authority, certificate, key, apiserver_pid, etcd_pid
# and then `ready`. It runs until its standard input ends, and stops what it started whichever way it ends itself.
set -euo pipefail

[ $# -ge 1 ] || {
  echo "usage: control_plane.sh FOLDER [kube-controller-manager] [kube-scheduler]" >&2
  exit 2
}
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
folder="$1"
shift
bin="$("$here/../../tools/kubernetes.sh")"
mkdir -p "$folder"
cd "$folder"
[ -z "$(ls -A)" ] || {
  echo "error: $folder is not empty" >&2
  exit 1
}

pids=()
stop() {
  trap - EXIT
  # Their data goes with the folder, so there is nothing to be gentle about.
  kill -KILL "${pids[@]}" 2>/dev/null || true
  { wait; } 2>/dev/null
}
trap stop EXIT
trap 'exit 130' INT TERM

die() { # MESSAGE LOG…
  echo "error: $1" >&2
  shift
  local log
  for log in "$@"; do
    echo "--- the end of $log ---" >&2
    tail -n 15 "$log" >&2 || true
  done
  exit 1
}

# free_port: one below the range that the kernel gives to clients, and that nobody listens on.
free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 12000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
  done
  echo "$port"
}

# certificate NAME SUBJECT USAGE [SAN]: a key and a certificate from the test's own authority.
certificate() {
  openssl ecparam -genkey -name prime256v1 -noout -out "$1.key" 2>/dev/null
  {
    echo "basicConstraints=critical,CA:FALSE"
    echo "keyUsage=critical,digitalSignature"
    echo "extendedKeyUsage=$3"
    [ -z "${4:-}" ] || echo "subjectAltName=$4"
  } >"$1.extensions"
  openssl req -new -key "$1.key" -subj "$2" -out "$1.request"
  openssl x509 -req -in "$1.request" -CA authority.crt -CAkey authority.key -days 2 -extfile "$1.extensions" \
    -out "$1.crt" 2>/dev/null
}

make_certificates() {
  umask 077
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout authority.key -out authority.crt \
    -days 2 -subj "/CN=test authority" -addext "basicConstraints=critical,CA:TRUE" \
    -addext "keyUsage=critical,keyCertSign,cRLSign" 2>/dev/null
  certificate server "/CN=kube-apiserver" serverAuth "IP:127.0.0.1,DNS:localhost,DNS:kubernetes.default.svc"
  certificate admin "/O=system:masters/CN=admin" clientAuth
  certificate controller-manager "/CN=system:kube-controller-manager" clientAuth
  certificate scheduler "/CN=system:kube-scheduler" clientAuth
  certificate visitor "/CN=visitor" clientAuth
  openssl ecparam -genkey -name prime256v1 -noout -out service-account.key 2>/dev/null
  openssl ec -in service-account.key -pubout -out service-account.pub 2>/dev/null
}

# kubeconfig NAME: for `kubectl` and the components.
kubeconfig() {
  cat >"$1.kubeconfig" <<EOF
apiVersion: v1
kind: Config
clusters:
- name: test
  cluster:
    server: https://127.0.0.1:$api_port
    certificate-authority: $PWD/authority.crt
users:
- name: $1
  user:
    client-certificate: $PWD/$1.crt
    client-key: $PWD/$1.key
contexts:
- name: test
  context:
    cluster: test
    user: $1
current-context: test
EOF
}

# start NAME PROGRAM ARGUMENT…: in the background, with its log in NAME.log.
start() {
  local name="$1"
  shift
  "$@" >"$name.log" 2>&1 </dev/null &
  pids+=("$!")
}

# wait_for NAME URL: until the URL answers well, or the process is gone.
wait_for() {
  local pid="${pids[-1]}" i
  for ((i = 0; i < 600; i++)); do
    kill -0 "$pid" 2>/dev/null || die "$1 has stopped" "$1.log"
    if curl --silent --fail --max-time 2 --cacert authority.crt --cert admin.crt --key admin.key "$2" >/dev/null; then
      return
    fi
    sleep 0.1
  done
  die "$1 is not ready after 60 seconds" "$1.log"
}

make_certificates
etcd_port="$(free_port)"
api_port="$(free_port)"
peer_port="$(free_port)"

start etcd "$bin/etcd" --data-dir=etcd --listen-client-urls="http://127.0.0.1:$etcd_port" \
  --advertise-client-urls="http://127.0.0.1:$etcd_port" --listen-peer-urls="http://127.0.0.1:$peer_port" \
  --initial-advertise-peer-urls="http://127.0.0.1:$peer_port" --initial-cluster="default=http://127.0.0.1:$peer_port"
wait_for etcd "http://127.0.0.1:$etcd_port/health"

start kube-apiserver "$bin/kube-apiserver" --etcd-servers="http://127.0.0.1:$etcd_port" \
  --bind-address=127.0.0.1 --advertise-address=127.0.0.1 --secure-port="$api_port" \
  --tls-cert-file=server.crt --tls-private-key-file=server.key --client-ca-file=authority.crt \
  --authorization-mode=Node,RBAC --anonymous-auth=false --allow-privileged=true --service-cluster-ip-range=10.96.0.0/16 \
  --service-account-issuer=https://kubernetes.default.svc --service-account-key-file=service-account.pub \
  --service-account-signing-key-file=service-account.key --endpoint-reconciler-type=none
api_index=$((${#pids[@]} - 1))
wait_for kube-apiserver "https://127.0.0.1:$api_port/readyz"
kubeconfig admin
kubeconfig controller-manager
kubeconfig scheduler
kubeconfig visitor

for component in "$@"; do
  case "$component" in
  kube-controller-manager)
    start kube-controller-manager "$bin/kube-controller-manager" --kubeconfig=controller-manager.kubeconfig \
      --bind-address=127.0.0.1 --secure-port="$(free_port)" --leader-elect=false \
      --service-account-private-key-file=service-account.key --root-ca-file=authority.crt \
      --use-service-account-credentials=true
    ;;
  kube-scheduler)
    start kube-scheduler "$bin/kube-scheduler" --kubeconfig=scheduler.kubeconfig --bind-address=127.0.0.1 \
      --secure-port="$(free_port)" --leader-elect=false
    ;;
  *) die "unknown component \`$component\`" ;;
  esac
done

cat <<EOF
server=https://127.0.0.1:$api_port
kubeconfig=$PWD/admin.kubeconfig
authority=$PWD/authority.crt
certificate=$PWD/admin.crt
key=$PWD/admin.key
apiserver_pid=${pids[api_index]}
etcd_pid=${pids[0]}
ready
EOF
# Nothing is ever written to us: this ends when the one who started us does.
cat >/dev/null

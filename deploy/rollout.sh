#!/bin/sh
# rollout.sh FOLDER [NAMESPACE]: applies an overlay in the order that an upgrade needs.
# First what the services need (settings, topics, indexes), then each service, readers of events
# before their makers, each awaited; then the rest. It stops at the first that fails.
set -eu
folder=${1:?"usage: rollout.sh FOLDER [NAMESPACE]"}
namespace=${2:-redress}
kubectl=${KUBECTL:-kubectl}
limit=${LIMIT:-10m}

ours() { "$kubectl" --namespace="$namespace" "$@"; }
part() { "$kubectl" apply --kustomize="$folder" --selector="$1"; }

# A job cannot be changed.
ours delete job --selector=redress.dev/step=prepare --ignore-not-found
part redress.dev/step=prepare
if [ -n "$(ours get kafkatopics --output=name 2>/dev/null)" ]; then
    ours wait kafkatopic --selector=redress.dev/step=prepare --for=condition=Ready --timeout="$limit"
fi
ours wait job --selector=redress.dev/step=prepare --for=condition=Complete --timeout="$limit"
for name in notify resolution investigation triage intake ledger express; do
    part "app.kubernetes.io/component=$name"
    ours rollout status "deployment/redress-$name" --timeout="$limit"
done
"$kubectl" apply --kustomize="$folder"

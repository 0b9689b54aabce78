#!/bin/sh
# Tells whether somebody changed connections at the server.
#
#   ci/drift.sh [STACK...]    All stacks when left out.
#
# Exit codes: 0 no drift; 2 drift; 1 it could not be told. Nothing is changed; ci/deploy.sh repairs.
set -eu
cd "$(dirname "$0")/.."
export PULUMI_SKIP_UPDATE_CHECK=true

if [ $# = 0 ]; then
    for file in Pulumi.*.yaml; do
        stack=${file#Pulumi.}
        set -- "$@" "${stack%.yaml}"
    done
fi

count=$#
for stack in "$@"; do
    set -- "$@" --stack "$stack"
done
shift "$count"

code=0
pulumi-flowservice drift "$@" >drift.txt 2>&1 || code=$?
ci/log.sh <drift.txt
if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
    # Indented, a text is shown as it is, whatever somebody wrote into a description.
    sed 's/^/    /' drift.txt >>"$GITHUB_STEP_SUMMARY"
fi
exit $code

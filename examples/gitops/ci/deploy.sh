#!/bin/sh
# Makes the stacks what connections.yaml says, one after the other; the first failure keeps the rest as they are.
#
#   ci/deploy.sh [STACK...]    All stacks when left out, in alphabetical order.
#
# It refreshes first, so that what somebody changed at the server is put right: running it again repairs drift. A password
# that somebody may have changed is sent again only with another `credentialsVersion`.
#
# If the variable PLANS names the folder with the plans that `ci/plan.sh` has saved, exactly those are carried out, without
# a refresh: what would do anything else, because the file or the stack has changed since, is refused.
set -eu
cd "$(dirname "$0")/.."
export PULUMI_SKIP_UPDATE_CHECK=true

if [ $# = 0 ]; then
    for file in Pulumi.*.yaml; do
        stack=${file#Pulumi.}
        set -- "$@" "${stack%.yaml}"
    done
fi

pulumi-flowservice validate connections.yaml
for stack in "$@"; do
    echo "STACK $stack"
    # Without a preview: the pull request had one, and a refresh would run twice. Of a pipe, the shell knows only how its
    # last command ended.
    failed=$(mktemp)
    {
        if [ -n "${PLANS:-}" ]; then
            set -- --plan "$PLANS/$stack.json"
        else
            set -- --refresh
        fi
        pulumi up --stack "$stack" "$@" --yes --skip-preview --non-interactive --color never 2>&1 &&
            rm "$failed"
    } | ci/log.sh
    if [ -e "$failed" ]; then
        rm "$failed"
        exit 1
    fi
done

#!/bin/sh
# Writes plan.txt: what a change of connections.yaml would do. Its first line is the sum for each stack, with what is deleted
# or replaced and which dataflows use it.
#
#   ci/plan.sh [BASE]    BASE is the branch or commit to compare with; origin/main when left out.
#
# With PULUMI_BACKEND_URL or PULUMI_ACCESS_TOKEN it previews the real stacks. Without, as in a pull request from a fork,
# it compares the two versions of the file and previews new stacks of a state that is thrown away: no secret is needed,
# and nothing is sent to Adobe. If the variable PLANS names a folder, the plans of the real stacks are also saved in it, for
# `ci/deploy.sh`: they hold secrets, encrypted like those of the state. Exit codes: 0 there is a plan; 1 the change cannot work
# (also if a secret that the file names is not there), and plan.txt says why.
set -eu
cd "$(dirname "$0")/.."
base=${1:-origin/main}
work=$(mktemp -d)
mkdir -p "${PLANS:-$work}"
trap 'rm -rf "$work"' EXIT

export PULUMI_SKIP_UPDATE_CHECK=true

# The annotations for the lines of the file go to the job's log.
if ! pulumi-flowservice validate connections.yaml; then
    pulumi-flowservice validate --format text connections.yaml >plan.txt 2>&1 || exit 1
fi

# A misspelt branch would be a plan without a comparison.
if ! git rev-parse --quiet --verify "$base^{commit}" >/dev/null; then
    echo "There is no branch or commit $base to compare with: fetch it, or give another BASE." >plan.txt
    ci/log.sh <plan.txt
    exit 1
fi

preview_stack() {
    pulumi preview --stack "$1" --diff --non-interactive --color never --save-plan "${PLANS:-$work}/$1.json"
}

# A new stack of a state that is thrown away: its plan creates everything, and shows that the program runs.
preview_scratch() {
    mkdir "$work/$1" "$work/$1/state"
    cp Pulumi.yaml __main__.py connections.yaml "$work/$1"
    sandbox=$(sed -n 's/^ *flowservice:sandbox: *//p' "Pulumi.$1.yaml")
    (
        cd "$work/$1"
        export PULUMI_BACKEND_URL="file://$work/$1/state" PULUMI_CONFIG_PASSPHRASE=scratch FLOWSERVICE_SANDBOX="$sandbox"
        pulumi stack init "$1" --non-interactive >/dev/null
        pulumi preview --stack "$1" --non-interactive --color never
    )
}

# A dataflow that is replaced begins anew: one line says so above the plan, and what that means for its rows.
replaced_dataflows() {
    sed -n 's/^.*FS4018: /REPLACED: /p' "$1" | sort -u
}

failed=0
set --
for file in Pulumi.*.yaml; do
    stack=${file#Pulumi.}
    stack=${stack%.yaml}
    if [ -n "${PULUMI_BACKEND_URL:-}${PULUMI_ACCESS_TOKEN:-}" ]; then
        echo "STACK $stack" >"$work/$stack.txt"
        preview_stack "$stack" >"$work/preview.txt" 2>&1 || failed=1
        if grep -q "FS4010: " "$work/preview.txt"; then
            failed=1
            echo "FAILED: a secret is missing, so the deployment would fail: see FS4010 below." >>"$work/$stack.txt"
        fi
        replaced_dataflows "$work/preview.txt" >>"$work/$stack.txt"
        grep -v "$work" "$work/preview.txt" >>"$work/$stack.txt" || true
        if [ -e "${PLANS:-$work}/$stack.json" ]; then
            set -- "$@" "$stack=${PLANS:-$work}/$stack.json"
        fi
    else
        echo "STACK $stack, as if it were new: this run has no secrets" >"$work/$stack.txt"
        preview_scratch "$stack" >>"$work/$stack.txt" 2>&1 || failed=1
    fi
done
{
    if [ $# != 0 ]; then
        pulumi-flowservice headline "$@" || failed=1
        echo
    fi
    if git show "$base:./connections.yaml" >"$work/base.yaml" 2>/dev/null; then
        echo "WHAT CHANGES IN THE FILE: $base and this change"
        # 2 means that there are differences. A base that cannot be read must not keep its repair from being merged.
        pulumi-flowservice compare "$work/base.yaml" connections.yaml --names "$base" "this change" ||
            [ $? = 2 ] || echo "The file at $base cannot be compared."
    else
        echo "The file is new: $base has no connections.yaml."
    fi
    for file in Pulumi.*.yaml; do
        stack=${file#Pulumi.}
        echo
        cat "$work/${stack%.yaml}.txt"
    done
} >plan.txt 2>&1
ci/log.sh <plan.txt
exit $failed

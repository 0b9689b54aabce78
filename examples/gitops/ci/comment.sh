#!/bin/sh
# Shows a plan as a comment of its pull request, and renews that comment with each new plan.
#
#   ci/comment.sh plan.txt
#
# It runs after the plan, in a workflow of its own that may write comments and never runs the pull request's code: so
# the plan is untrusted text here. Which pull request it belongs to comes from GitHub's event (HEAD_BRANCH, HEAD_SHA), not
# from the plan. `gh` is GitHub's command line, present on its runners; GH_TOKEN and GH_REPO tell it where.
set -eu
# Bytes are characters: GitHub refuses comments of more than 65,536, and whatever encoding the plan has, it is cut.
export LC_ALL=C

number=$(
    gh pr list --state open --head "$HEAD_BRANCH" --json number,headRefOid \
        --jq '[.[] | select(.headRefOid == env.HEAD_SHA) | .number] | first // empty'
)
if [ -z "$number" ]; then
    echo "No open pull request has this commit at its head: nothing to comment on."
    exit
fi
{
    echo "### Plan for the connections"
    echo "<pre>"
    # Without these three characters a text ends no block, whatever it says. Control characters are no part of a comment.
    tr '\000-\010\013-\037\177' '?' <"$1" | sed 's/&/\&amp;/g; s/</\&lt;/g; s/>/\&gt;/g' | awk '
        { size += length($0) + 1 }
        size > 60000 { print "(The plan is longer; the log of the job has all of it.)"; exit }
        { print }'
    echo "</pre>"
} | gh pr comment "$number" --edit-last --create-if-none --body-file -
